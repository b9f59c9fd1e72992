"""The compte d'heures: DIF balance and ledger of movements."""
