"""The views that hide former accounts' records, which every query must use."""

from __future__ import annotations

import re

import asyncpg
import pytest

from tests.former.closed_account import Left
from tests.support.db.rows import column, run, value
from tests.support.repository import ROOT
from web.core.runtime import Runtime

WEB = ROOT / "web"
SEEN = ("dossier", "delegation", "event", "hours_worked", "exceptional_credit")
READ = re.compile(
    r"\b(?:FROM|JOIN)\s+(dossier|delegation|event|hours_worked|exceptional_credit|movement|"
    r"dif_lock|dif_attestation)\b"
)
DELETED = re.compile(r"DELETE\s+\Z")
# Modules that read the tables directly, and the reason no account is concerned.
MAY_READ = {
    # An organisme's own desk.
    "organismes/queries.py": {"dossier"},
    "organismes/digest/queries.py": {"dossier"},
    # Ended délégations, those of closed accounts included: only their number is given.
    "employers/notices/queries.py": {"delegation"},
    # By number or id; web.dossiers.access checks access.
    "dossiers/queries.py": {"dossier"},
    # Sums of hours, and whether the DIF may change.
    "hours/queries.py": {"movement", "dif_lock"},
    # Credits are computed for a person, whoever holds the account.
    "feed/ledger_queries.py": {"hours_worked", "exceptional_credit", "movement"},
    "feed/yearly/queries.py": {"hours_worked"},
    "feed/exceptional/queries.py": {"exceptional_credit"},
    # People whose balance a file has just changed.
    "hours/credit_notice_queries.py": {"movement"},
    # The reason of the service for closing an account, repeated in its mail.
    "profile/closing/queries.py": {"event"},
    # For organismes, and under their decision.
    "dossiers/reading/queries.py": {"dif_attestation"},
    "dossiers/decisions/queries.py": {"dif_attestation"},
    # Acts and logins per day, across the holders of a number.
    "dossiers/drafts/queries.py": {"event"},
    "auth/titulaires/login_queries.py": {"event"},
    # Whether a code followed a login that had stopped before it.
    "auth/titulaires/queries.py": {"event"},
    # Hash chains and their seals.
    "people/history/queries.py": {"event"},
    "people/history/seal_queries.py": {"event"},
}


def test_queries_on_personal_tables_go_through_the_views() -> None:
    found: dict[str, set[str]] = {}
    for path in sorted(WEB.rglob("*.py")):
        text = path.read_text()
        for read in READ.finditer(text):
            if not DELETED.search(text[: read.start()]):
                found.setdefault(str(path.relative_to(WEB)), set()).add(read[1])
    assert found == MAY_READ


async def test_dossiers_are_joined_where_who_asks_is_judged(runtime: Runtime) -> None:
    text = (WEB / "dossiers/queries.py").read_text()
    assert "AS is_seen" in text
    assert "not dossier.is_seen" in (WEB / "dossiers/access.py").read_text()


@pytest.mark.parametrize("table", [*SEEN, "movement", "dif_lock", "dif_attestation"])
async def test_a_view_has_every_column_of_its_table(runtime: Runtime, table: str) -> None:
    """A migration that adds a column to the table adds it to the view."""
    columns = """
        SELECT column_name::text FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = $1
    """
    seen = set(await column(runtime, columns, f"seen_{table}"))
    assert seen - {"of_former"} == set(await column(runtime, columns, table))


async def test_nobody_writes_through_a_view(runtime: Runtime, left: Left) -> None:
    for table in (*SEEN, "movement", "dif_lock", "dif_attestation"):
        async with runtime.db.connection() as connection:
            with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
                await connection.execute(f"DELETE FROM seen_{table}")


async def test_a_person_without_an_account_is_seen_by_nobody(runtime: Runtime, left: Left) -> None:
    for table in SEEN:
        assert await value(runtime, f"SELECT count(*) FROM seen_{table}") == 0


async def test_an_account_deleted_by_whatever_means_is_remembered(runtime: Runtime) -> None:
    """By the previous version of the program, or by an administrator."""
    await run(runtime, "INSERT INTO person (nir_digest) VALUES ('n')")
    await run(
        runtime,
        "WITH added AS (INSERT INTO account "
        "(id, person_id, email_digest, identity, terms_version, terms_accepted_at) "
        "SELECT gen_random_uuid(), id, 'e', 'i', '1', now() FROM person RETURNING id) "
        "INSERT INTO login (id, kind, password_hash) SELECT id, 'titulaire', 'p' FROM added",
    )
    await run(runtime, "DELETE FROM account")
    remembered = "SELECT names_digest IS NULL AND email IS NULL FROM former_account"
    assert await column(runtime, remembered) == [True]
