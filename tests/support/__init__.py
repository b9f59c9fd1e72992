"""Helpers shared by the tests, in rooms whose docstring says what is in them."""
