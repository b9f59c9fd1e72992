"""SMTP servers that keep what they are given, or that answer as a test decides."""
