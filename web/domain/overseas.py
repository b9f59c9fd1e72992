"""What day it is, for people who are not in Paris."""

from __future__ import annotations

from datetime import timedelta

# When it is today in Paris, it may be tomorrow already in Nouméa, and still yesterday in
# Fort-de-France. A page opened before midnight may also be sent after.
LEEWAY = timedelta(days=1)
