"""The credits of CPF hours from files: each year for the hours worked, and the exceptional ones."""
