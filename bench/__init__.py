"""Benchmarks: not tests, nothing fails here. Run by hand, results in docs/performance.md."""
