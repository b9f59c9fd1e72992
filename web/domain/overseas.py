"""Leeway on dates for people outside the time zone of Paris."""

from __future__ import annotations

from datetime import timedelta

# It may already be the next day in Nouméa, or still the previous one in Fort-de-France. A page
# opened before midnight may also be submitted after it.
LEEWAY = timedelta(days=1)
