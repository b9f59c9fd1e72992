"""Délégations: what a titulaire lets an employer see or prepare."""
