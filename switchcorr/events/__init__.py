"""One file per event format: text of call managers, phones and alerts to events."""
