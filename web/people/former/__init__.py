"""Closed accounts, and the proof that whoever opens another one is the same person."""
