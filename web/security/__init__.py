"""Changing the password, and the list of open sessions."""
