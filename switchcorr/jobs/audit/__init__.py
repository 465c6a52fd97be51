"""The scheduled job: what it is asked, its steps, its lock and its pages."""
