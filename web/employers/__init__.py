"""The space of an employer's agents: the people who gave it a délégation, and their dossiers."""
