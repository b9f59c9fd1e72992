"""Login, logout, and the extension of a session."""
