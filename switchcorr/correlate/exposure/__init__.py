"""Who is exposed to what: phones and components as integer arrays."""
