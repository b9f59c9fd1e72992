"""The public home and the first page of the personal space."""
