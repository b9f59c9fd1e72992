"""Login, logout and forgotten password."""
