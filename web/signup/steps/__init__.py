"""The four steps of a registration, from the terms to its submission."""
