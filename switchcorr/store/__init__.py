"""History in SQLite or PostgreSQL: visits that happened, facts that changed, intervals for places; never a row a port a sweep."""
