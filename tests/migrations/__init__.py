"""The way up, the way down, and neither in anybody's way."""
