"""The history of a person's account: its events, the chain that joins them, and its seals."""
