"""What counters and states tell of a network's parts."""
