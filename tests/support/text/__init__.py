"""The rules of French and of its typography, and of patterns."""
