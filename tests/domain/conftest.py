"""Property tests give the same examples on every run and every machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("derandomised", derandomize=True, database=None, deadline=None)
settings.load_profile("derandomised")
