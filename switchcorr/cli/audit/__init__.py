"""The command ``audit``, and those that show what it found and what changed: ``findings``, ``incidents``, ``diff``."""
