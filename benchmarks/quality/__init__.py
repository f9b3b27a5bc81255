"""Measures the embedded engines on labelled data, each figure beside its goal: `python -m benchmarks.quality`."""
