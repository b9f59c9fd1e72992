"""Dossiers de formation: the titulaire's screens, and what others share of them."""
