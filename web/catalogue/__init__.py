"""The catalogue of formations: imported whole, searched in French."""
