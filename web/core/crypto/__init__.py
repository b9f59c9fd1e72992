"""Encryption, keyed digests, password hashes and random tokens."""
