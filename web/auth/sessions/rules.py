"""The rules of sessions that are not SQL."""

from __future__ import annotations

# A password typed this long ago at most is recent: the acts that require one do not ask again.
RECENT_MINUTES = 10
