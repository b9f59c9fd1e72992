"""Pure rules: no I/O, no framework, nothing of ours imported."""
