"""Logs: one event per line, in UTC, structured, and without any client input."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache

import pytest

from tests.support.repository import ROOT

EVENTS = {"request", "unexpected error", "database unavailable"}
FIELDS = {"event", "level", "timestamp", "request", "route", "method", "status", "ms"}
BEGAN = datetime.now(UTC).replace(microsecond=0)
FAILURE_FIELDS = {"error", "causes", "at", "cause"}


@cache
def logged(log_format: str) -> list[str]:
    """The log lines of a process that received hostile requests."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.ops.log_probe", log_format],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == b""
    lines = done.stdout.decode().split("\n")
    assert lines.pop() == ""
    return lines


def test_each_line_is_one_event_of_ours_in_utc() -> None:
    """16.2.2, 16.2.4, 16.3.1, 16.4.1."""
    events = [json.loads(line) for line in logged("json")]

    assert len(events) >= 5
    for event in events:
        assert event["event"] in EVENTS
        assert event.keys() <= FIELDS | FAILURE_FIELDS
        logged_at = datetime.fromisoformat(event["timestamp"])
        assert logged_at.tzinfo == UTC
        assert BEGAN <= logged_at <= datetime.now(UTC)
    requests = [event for event in events if event["event"] == "request"]
    assert [event["status"] for event in requests] == [404, 500, 503, 415, 415]
    assert [event["route"] for event in requests] == [
        "none",
        "/crash",
        "/sante/pret",
        "none",
        "none",
    ]
    assert [event["method"] for event in requests] == ["GET", "GET", "GET", "other", "POST"]
    assert len({event["request"] for event in requests}) == 5


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_nothing_a_client_wrote_is_in_the_logs(log_format: str) -> None:
    """16.4.1: no forged line, no escape sequence, whatever the format."""
    lines = logged(log_format)

    assert len(lines) >= 5
    for line in lines:
        assert "forged" not in line
        assert "203.0.113.7" not in line
        assert line.isprintable()


def test_a_crash_is_found_again_by_the_reference_of_its_page() -> None:
    """16.5.1: type and place, never the message."""
    events = [json.loads(line) for line in logged("json")]
    [crash] = [event for event in events if event["event"] == "unexpected error"]
    [its_request] = [event for event in events if event.get("status") == 500]

    assert crash["request"] == its_request["request"]
    assert crash["error"] == "RuntimeError"
    assert any("log_probe.py" in place for place in crash["at"])
