"""How far the clocks of switches are off."""
