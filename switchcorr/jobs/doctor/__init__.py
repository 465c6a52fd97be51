"""The job ``doctor``: checks of this installation and of single devices."""
