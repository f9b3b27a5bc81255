"""Errors whose text is all that somebody at a terminal needs to see."""


class Explained(RuntimeError):
    """Something is wrong, and the text says what to do about it: no traceback adds to that."""
