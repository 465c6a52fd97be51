"""Links between devices, which way is up, and what phones share on their way."""
