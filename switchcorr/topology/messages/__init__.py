"""What the logs of switches tell."""
