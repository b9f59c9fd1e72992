"""The space of an organisme's agents: the dossiers addressed to it, and its decisions."""
