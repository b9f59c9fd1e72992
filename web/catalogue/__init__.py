"""The catalogue of formations: full import, and search in French."""
