"""Where each phone is, from the network or from elsewhere, and what it is exposed to."""
