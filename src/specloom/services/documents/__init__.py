"""The rules of documents, of the templates that say how to summarise them, and of their summaries."""
