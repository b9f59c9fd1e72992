"""The security check people can pass by eye, by ear or by reading."""
