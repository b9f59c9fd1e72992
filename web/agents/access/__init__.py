"""« Accès de votre organisation »: an access manager and the colleagues of their organisation."""
