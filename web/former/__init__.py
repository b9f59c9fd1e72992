"""Restoration of what an earlier account of the same NIR left."""
