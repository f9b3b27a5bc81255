"""What is measured, each as one command: `python -m benchmarks.<name>`.

Machines differ and are shared, so figures are ratios against a bare reference in the same run, taken in turns.
"""
