"""Browsers driven by a program, and the inspection of the pages they show."""
