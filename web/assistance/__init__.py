"""Help for people who are locked out, by commands of the service, for titulaires and agents."""
