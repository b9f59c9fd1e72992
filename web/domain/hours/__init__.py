"""The rules of DIF and CPF hours, their ledger, and the end of the DIF."""
