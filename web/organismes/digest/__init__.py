"""The daily mail that counts the dossiers an organisme has to decide on, and how to stop it."""
