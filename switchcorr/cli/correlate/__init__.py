"""The command ``correlate``."""
