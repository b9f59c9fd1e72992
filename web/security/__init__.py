"""Change of password, and the list of open sessions."""
