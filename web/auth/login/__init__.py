"""The check of a password at login, its limits, and the redirects to the login page and back."""
