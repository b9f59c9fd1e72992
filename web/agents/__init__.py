"""Accounts of the agents of organismes and employers."""
