"""A browser without scripts, the addresses of the application, and whole answers."""
