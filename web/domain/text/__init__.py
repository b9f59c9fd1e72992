"""The handling of typed texts: characters, separators, comparison, length."""
