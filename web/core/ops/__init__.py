"""Logs, metrics and observations for operators, and the processes themselves."""
