"""Compte Formation: the personal space of the training account."""
