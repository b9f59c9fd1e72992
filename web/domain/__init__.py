"""Pure business rules: no I/O, no framework, no import from the other packages."""
