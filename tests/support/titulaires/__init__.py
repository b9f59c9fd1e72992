"""Invented people, their accounts, and their journey from the terms to the account."""
