"""Mails to the agents of an employer about the délégations it is granted, without any name."""
