"""Backlogs as files: written in the formats of other tools, and read from them. Knows no database."""
