"""Positions and sizes of what the page draws, as plain numbers: one module a picture. Templates do no arithmetic."""
