"""Options, output, progress and exit codes; no logic."""
