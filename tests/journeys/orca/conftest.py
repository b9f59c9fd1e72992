"""The screen reader takes minutes: `make screen-reader` alone collects its test."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("SCREEN_READER") else ["test_screen_reader.py"]
