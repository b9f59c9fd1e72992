"""The step of the login that shows new terms, and records their acceptance."""
