"""The accounts of organismes' and employers' agents."""
