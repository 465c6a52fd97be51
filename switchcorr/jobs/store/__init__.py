"""Jobs of the store: what goes into it, what comes out of it, its upkeep."""
