"""Hours, formations, dossiers and délégations."""
