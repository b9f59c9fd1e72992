"""Times of day name their time zone: people read these pages in Cayenne and Nouméa too."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tests.support.repository import ROOT
from web.filters import french_moment, french_time

TEMPLATES = ROOT / "templates"
MODULES = TEMPLATES.parent / "web"
SAID_ONCE = re.compile(r"heure de Paris|[Ll]es heures sont celles de Paris|à l’heure de Paris")
MOMENT = datetime(2026, 12, 8, 13, 5, tzinfo=UTC)


def test_a_moment_and_a_time_name_the_zone() -> None:
    assert french_moment(MOMENT).endswith("14\u00a0h\u00a005 (heure de Paris)")
    assert french_time(MOMENT) == "14\u00a0h\u00a005 (heure de Paris)"
    assert french_moment(MOMENT, zone=False).endswith("14\u00a0h\u00a005")


def test_a_page_that_leaves_the_zone_out_says_it_once_for_all() -> None:
    without = [path for path in TEMPLATES.rglob("*.*") if "zone=false" in path.read_text()]
    assert len(without) >= 4
    assert [path.name for path in without if not SAID_ONCE.search(path.read_text())] == []


def test_no_template_names_the_zone_after_a_filter_that_does() -> None:
    twice = re.compile(r"french_(?:moment|time)(?: \}\}(?:</time>)?| ~ \") \(heure")
    assert [path.name for path in TEMPLATES.rglob("*.*") if twice.search(path.read_text())] == []


def test_no_page_writes_a_time_of_its_own() -> None:
    """Only the filters format minutes."""
    own = re.compile(r"strftime|:%H|\.minute\b|\.hour\b")
    allowed = {MODULES / "filters.py", MODULES / "core" / "held_mails.py"}
    found = {path for path in MODULES.rglob("*.py") if own.search(path.read_text())}
    assert found - allowed == set()
