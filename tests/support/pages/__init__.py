"""The audit of every page: its structure, fields, lists and abbreviations."""
