"""Command output to typed tables, through the platform's declaration; nothing is lost without a word."""
