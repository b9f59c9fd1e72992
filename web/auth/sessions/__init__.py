"""Sessions, and the browsers known to an account."""
