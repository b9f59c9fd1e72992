"""« Nous contacter »: a message to the service, and its acknowledgement."""
