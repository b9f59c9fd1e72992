"""Délégations: the rights of an employer to see an account or prepare its dossiers."""
