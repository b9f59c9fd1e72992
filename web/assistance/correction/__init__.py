"""The correction, by the service, of what a titulaire cannot change alone: names and NIR."""
