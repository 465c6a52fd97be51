"""The only code that talks to devices: sessions, drivers behind one interface, and the sweep over all of them."""
