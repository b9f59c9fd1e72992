"""Helpers shared by the tests, in packages, each described by its docstring."""
