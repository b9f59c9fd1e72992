"""The desk of an employer: the people who gave it a délégation, and their dossiers."""
