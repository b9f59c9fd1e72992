"""Dossiers de formation: access to them, their records and mails, for the rooms and the spaces."""
