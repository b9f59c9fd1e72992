"""The rate limits by kind of mail: each kind has one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.repository import ROOT
from web.contact.service import MESSAGE_MAIL
from web.core.mail.kinds import (
    SPACING,
    MailKind,
    OverLimit,
    awaited,
    grouped_notice,
    notice,
    receipt,
)
from web.jobs import KINDS

START = datetime(2026, 3, 28, 12, tzinfo=UTC)
FOLDER = ROOT / "templates" / "mail"
EACH = [awaited("a"), notice("b"), grouped_notice("c"), receipt("d")]


@pytest.mark.parametrize("kind", EACH, ids=lambda kind: kind.name)
@given(st.lists(st.integers(0, 7200), min_size=1, max_size=60))
def test_no_window_holds_more_than_the_limit_allows(kind: MailKind, waits: list[int]) -> None:
    now = START
    dues: list[datetime] = []
    for wait in waits:
        now += timedelta(seconds=wait)
        lately = sorted((due for due in dues if due > now - timedelta(days=1)), reverse=True)
        dues.append(kind.due(now, lately))
    # Normally one mail waits and the others are grouped or dropped; here all wait, the worst case.
    dues.sort()
    for start in dues:
        hour = [due for due in dues if start <= due < start + timedelta(hours=1)]
        day = [due for due in dues if start <= due < start + timedelta(days=1)]
        assert len(hour) <= kind.per_hour
        assert len(day) <= kind.per_day + timedelta(days=1) / SPACING
    assert all(due >= START + kind.delay for due in dues)


def test_the_first_mails_leave_at_once() -> None:
    kind = awaited("a")
    sent = [START] * (kind.per_hour - 1)
    assert kind.due(START, sent) == START
    assert kind.due(START, [*sent, START]) == START + timedelta(hours=1)
    assert kind.due(START + timedelta(hours=1), [*sent, START]) == START + timedelta(hours=1)


def test_every_kind_is_limited_but_what_the_service_writes_to_itself() -> None:
    assert [kind for kind in KINDS if not kind.is_counted] == [MESSAGE_MAIL]
    assert len({kind.name for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    "kind",
    [kind for kind in KINDS if kind.over_limit is OverLimit.GROUP],
    ids=lambda kind: kind.name,
)
def test_every_mail_that_may_tell_of_several_says_so(kind: MailKind) -> None:
    name = {
        "dossiers-prepared": "dossier-steps",
        "dossier-step": "dossier-steps",
        "professional-second-factor": "second-factor",
        "professional-no-code": "no-code",
        "professional-service-act": "service-act",
    }.get(kind.name)
    for suffix in ("txt", "html"):
        text = (FOLDER / f"{name or kind.name}.{suffix}").read_text()
        assert any(
            part in text
            for part in ("for step, happened in steps", f"mail/_repeats.{suffix}", "people ~")
        )
