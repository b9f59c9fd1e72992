"""The real programs: their settings, commands, processes, ports and connections."""
