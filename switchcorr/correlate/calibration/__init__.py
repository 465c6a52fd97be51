"""How far a probability can be believed on this site."""
