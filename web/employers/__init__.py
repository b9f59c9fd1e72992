"""The desk of an employer: those who gave it a délégation, and what each délégation allows."""
