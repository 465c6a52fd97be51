"""Work shared by several machines: Procrastinate's queue in PostgreSQL, and the account of each site's sweeps beside it."""
