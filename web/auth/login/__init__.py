"""The check of a password at login, its limits, and the way to the login page and back."""
