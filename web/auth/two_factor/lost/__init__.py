"""Help for a titulaire who lost the application and the recovery codes."""
