"""The databases of the tests: their roles, what is in them, what is sent to them, and faults."""
