"""« Historique de vos actions »: the events of an account, their actor, time and kind of device."""
