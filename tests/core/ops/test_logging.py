"""Logging set up more than once in the same process."""

from __future__ import annotations

import pytest
import structlog
from structlog.testing import capture_logs

from web.core.ops.logging import configure_logging


def test_a_logger_that_has_been_used_follows_the_next_set_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = structlog.get_logger("used twice")
    configure_logging("console")
    log.error("first")
    configure_logging("json")
    log.error("second")
    with capture_logs() as logs:
        log.error("third")

    first, second = capsys.readouterr().out.splitlines()
    assert not first.startswith("{")
    assert '"event": "second"' in second
    assert [line["event"] for line in logs] == ["third"]
