"""« Mes informations personnelles »: the person, their e-mail, their data, closing the account."""
