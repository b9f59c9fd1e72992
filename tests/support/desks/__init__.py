"""Agents of organismes and employers, and the acts of their desks."""
