"""The step of a login that asks for the code, after the password."""
