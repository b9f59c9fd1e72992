"""« Mot de passe oublié », invitations, and the mailed link that chooses a password."""
