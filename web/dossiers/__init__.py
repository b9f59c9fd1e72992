"""Dossiers de formation: the titulaire's pages, and the code the other desks share."""
