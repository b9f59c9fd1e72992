"""Each revision declares its phase, and one that only adds takes nothing from a running program."""

from __future__ import annotations

import tomllib
from types import ModuleType

import pytest
from alembic.script import ScriptDirectory

from migrations.phases import CONTRACT, EXPAND, RELEASES, oldest_served
from tests.support.db.schema_changes import long_locks, removals, statements_of
from tests.support.repository import ROOT

SCRIPTS = ScriptDirectory(str(ROOT / "migrations"))
REVISIONS: list[ModuleType] = [one.module for one in SCRIPTS.walk_revisions()]
# Those before were installed with the program stopped.
FIRST_RELEASED = min(RELEASES.values())
SINCE = [one for one in REVISIONS if one.revision > FIRST_RELEASED]
# 0033 and 0034 lock dossier, session and mail while they read them.
WITHOUT_LONG_LOCKS = [one for one in SINCE if one.revision > "0034"]


def test_each_revision_declares_a_phase_that_is_known() -> None:
    assert oldest_served(REVISIONS) >= FIRST_RELEASED


@pytest.mark.parametrize("revision", SINCE, ids=lambda one: one.revision)
def test_a_revision_that_expands_takes_nothing_away(revision: ModuleType) -> None:
    taken = removals(statements_of(revision))
    assert revision.phase == CONTRACT or taken == []


@pytest.mark.parametrize("revision", SINCE, ids=lambda one: one.revision)
def test_a_revision_that_contracts_follows_the_release_that_it_names(revision: ModuleType) -> None:
    assert revision.phase == EXPAND or RELEASES[revision.unused_since] < revision.revision


@pytest.mark.parametrize("revision", WITHOUT_LONG_LOCKS, ids=lambda one: one.revision)
def test_a_revision_reads_no_large_table_while_it_is_locked(revision: ModuleType) -> None:
    assert long_locks(statements_of(revision)) == []


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX movement_age ON movement USING brin (created_at)",
        "UPDATE session SET password_at = created_at",
        "ALTER TABLE dossier ADD COLUMN room text; UPDATE dossier SET room = 'a'",
        "ALTER TABLE dossier ADD COLUMN room text CHECK (room <> '')",
        "ALTER TABLE dossier ADD CONSTRAINT dossier_room_check CHECK (room <> '')",
    ],
)
def test_a_long_lock_is_found(sql: str) -> None:
    assert len(long_locks(sql)) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS movement_age ON movement (created_at)",
        "CREATE TRIGGER a BEFORE UPDATE ON session FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "ALTER TABLE dossier ADD CONSTRAINT dossier_room_check CHECK (room <> '') NOT VALID",
        "ALTER TABLE dossier VALIDATE CONSTRAINT dossier_room_check",
        "CREATE INDEX room_session ON room (session)",
    ],
)
def test_a_short_lock_is_not(sql: str) -> None:
    assert long_locks(sql) == []


def test_each_release_names_its_newest_revision() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert list(RELEASES)[-1] == version
    assert list(RELEASES.values()) == sorted(RELEASES.values())
    assert set(RELEASES.values()) <= {one.revision for one in REVISIONS}


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE dossier DROP COLUMN cost",
        "ALTER TABLE dossier DROP cost",
        "DROP TABLE dossier",
        "DROP VIEW seen_dossier; CREATE VIEW seen_dossier AS SELECT 1",
        "DROP FUNCTION chain_event()",
        "ALTER TABLE dossier RENAME COLUMN cost TO price",
        "ALTER TABLE dossier RENAME cost TO price",
        "ALTER TABLE dossier ALTER cost TYPE text",
        "alter table dossier alter column cost set not null",
        "ALTER TABLE dossier ALTER COLUMN cost TYPE text",
        "ALTER TABLE dossier ALTER COLUMN cost DROP DEFAULT",
        "ALTER TABLE dossier ADD COLUMN a int, ADD COLUMN price numeric(9, 2) NOT NULL",
        "ALTER TABLE dossier ADD CONSTRAINT dossier_cost CHECK (cost > 0)",
        "ALTER TABLE dossier ADD UNIQUE (cost)",
        "CREATE UNIQUE INDEX dossier_cost ON dossier (cost)",
        "REVOKE UPDATE ON dossier FROM PUBLIC",
        "TRUNCATE dossier",
    ],
)
def test_what_a_running_program_could_not_bear_is_found(sql: str) -> None:
    assert len(removals(sql)) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE dossier ADD COLUMN price numeric(9, 2) NOT NULL DEFAULT 0, ADD COLUMN a text",
        "CREATE TABLE room (id int PRIMARY KEY); CREATE UNIQUE INDEX ON room (id);"
        "CREATE UNIQUE INDEX room_id ON room (id); ALTER TABLE room ADD CHECK (id > 0)",
        "ALTER TABLE dossier ADD COLUMN room text;"
        "ALTER TABLE dossier ADD CONSTRAINT dossier_room_check CHECK (room <> '') NOT VALID",
        "CREATE OR REPLACE VIEW seen_dossier AS SELECT 1",
        "ALTER TABLE mail DROP CONSTRAINT mail_status_check, "
        "ADD CONSTRAINT mail_status_check CHECK (status IN ('sent', 'lost'))",
        "DROP INDEX session_age; CREATE INDEX session_age ON session (created_at)",
    ],
)
def test_what_it_can_bear_is_not(sql: str) -> None:
    assert removals(sql) == []
