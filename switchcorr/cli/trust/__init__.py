"""The command ``trust``."""
