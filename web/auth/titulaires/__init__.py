"""Titulaires as a kind of account: their login, and what their logins record and send."""
