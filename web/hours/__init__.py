"""The account of hours: DIF balance and ledger of movements."""
