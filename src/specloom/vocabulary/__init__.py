"""The enumerations of each domain, known to tables, schemas and engines alike."""
