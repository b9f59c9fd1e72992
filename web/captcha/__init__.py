"""The security check, which people can pass by eye, by ear or by reading."""
