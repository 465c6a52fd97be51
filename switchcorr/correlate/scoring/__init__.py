"""What may be claimed of a window, and how probable each claim makes its drops."""
