"""The house as it was planned: floors, columns, and the few places where things may be done at all."""
