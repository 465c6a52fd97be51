"""Facts to links, placements of phones and risk groups."""
