"""The closing of an account, by its titulaire or by the service."""
