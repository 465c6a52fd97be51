"""The command ``sweep``: its progress, its end and its visits in words."""
