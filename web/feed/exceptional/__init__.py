"""Exceptional credits of CPF hours: from a file of what was granted to movements of the ledger."""
