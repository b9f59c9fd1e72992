"""Forms: their fields, the checks on every POST, repeated and stale ones."""
