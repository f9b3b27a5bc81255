"""Summarise and converse, each by an LLM or by the embedded engine, behind the protocols of `protocols`. No database."""
