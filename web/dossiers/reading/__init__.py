"""Reads of dossiers: the list of a person's, and one dossier as its pages show it."""
