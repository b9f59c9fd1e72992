"""The terms of use in force; each registration records the version it accepted."""

from __future__ import annotations

TERMS_VERSION = "1"
TERMS_DATE = "23 novembre 2026"
