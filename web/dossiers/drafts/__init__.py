"""Drafts of dossiers: their form, the search of a formation, the pages of whoever prepares one."""
