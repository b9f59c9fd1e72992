"""Transitions between the statuses of a dossier, their effect on hours, the titulaire's pages."""
