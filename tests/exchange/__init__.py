"""Backlogs into files and out of them."""
