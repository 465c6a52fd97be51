"""One module per command: wires the stages, counts, decides what partial means."""
