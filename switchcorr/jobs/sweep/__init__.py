"""The job ``sweep``: its request, its plan, the visits and what they leave behind."""
