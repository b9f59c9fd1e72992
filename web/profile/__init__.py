"""« Mes informations personnelles »: identity, e-mail address, data, closing the account."""
