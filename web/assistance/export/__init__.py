"""A file of all that is kept on a person, for a request of access to their data."""
