"""The desk of an organisme: the dossiers addressed to it, and its decisions."""
