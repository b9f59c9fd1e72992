"""The command line: one module per group of commands, assembled by `web/__main__.py`."""
