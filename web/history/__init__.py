"""« Historique de vos actions »: who did what with an account, when, from what kind of device."""
