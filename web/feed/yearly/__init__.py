"""The yearly credit of CPF hours: from a file of hours worked to movements of the ledger."""
