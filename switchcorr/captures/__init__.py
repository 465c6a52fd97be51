"""Captured text as it lies in folders, terminal logs and show-tech files; which device and platform it is of."""
