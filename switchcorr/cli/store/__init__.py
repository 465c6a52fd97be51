"""The commands ``store ...`` and ``ingest``, and what the store answers to others."""
