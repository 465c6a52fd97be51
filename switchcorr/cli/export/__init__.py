"""The commands ``export ...`` and ``locate``."""
