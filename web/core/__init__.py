"""Framework glue that knows no feature."""
