"""Summarise and converse, by an LLM or by the embedded engine, behind the protocols of `protocols`; no database."""
