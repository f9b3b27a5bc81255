"""Named queries, one module a domain. They flush and never commit."""
