"""What dropped, and how often phones drop without a shared cause."""
