"""A simulated campus: devices, phones, faults, and what they would print and log."""
