"""Passwords: their form, their strength, their verification and replacement."""
