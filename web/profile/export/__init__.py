"""« Mes données »: everything that is stored about a person, to read and to download."""
