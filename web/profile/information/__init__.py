"""« Mes informations personnelles »: names, phones and postal address."""
