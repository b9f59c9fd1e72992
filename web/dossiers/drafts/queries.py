"""Queries of drafts; the writes are to be called under the person's lock."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection
from web.domain.hours.dif_end import DifEnd
from web.domain.submission import Draft
from web.dossiers.queries import ORGANISMES, organismes_of
from web.dossiers.records import ChoiceLabels, NewDossierContext
from web.hours.balances import Balances

# The catalogue's title for the code $1, unless the code is no longer valid.
_TITLE_OF_CODE = """
    (SELECT c.title FROM formation f
     JOIN certification c ON c.version_id = f.version_id AND c.number = f.certification
     WHERE f.version_id = (SELECT max(id) FROM catalogue_version) AND f.code_cpf = $1
       AND coalesce(f.valid_until >= (now() AT TIME ZONE 'Europe/Paris')::date, true))
"""


async def get_new_dossier_context(
    connection: Connection, person_id: UUID, dif_end: DifEnd, code: str = ""
) -> NewDossierContext:
    """Return the person's free hours, the organismes to choose from, and the title of a code.

    In one statement, to keep the page within its budget of two; an expired code has no title.
    """
    row = await connection.fetchrow(
        f"""
        SELECT b.dif::int AS dif, coalesce(b.cpf, 0)::int AS cpf, {ORGANISMES} AS organismes,
               {_TITLE_OF_CODE} AS title
        FROM person p LEFT JOIN hours_balance b ON b.person_id = p.id WHERE p.id = $2
        """,  # noqa: S608
        code,
        person_id,
    )
    assert row is not None  # noqa: S101 - an account always has its person
    balances = Balances(row["dif"], row["cpf"], dif_end)
    return NewDossierContext(balances, organismes_of(row["organismes"]), row["title"] or "")


async def get_choice_labels(connection: Connection, code: str) -> ChoiceLabels:
    """Return the labels of a form's choices: the organismes, and the title of a code."""
    row = await connection.fetchrow(
        f"SELECT {ORGANISMES} AS organismes, {_TITLE_OF_CODE} AS title",
        code,
    )
    assert row is not None  # noqa: S101 - a SELECT without FROM has its row
    return ChoiceLabels(organismes_of(row["organismes"]), row["title"] or "")


async def is_organisme(connection: Connection, organisme_id: UUID) -> bool:
    """Return whether a dossier may be addressed to this organisme."""
    known: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM organisation WHERE id = $1 AND kind = 'organisme')",
        organisme_id,
    )
    return known


async def add_dossier(
    connection: Connection, dossier_id: UUID, person_id: UUID, number: str, contents: Draft
) -> bool:
    """Insert a draft; return False when another dossier already has this number."""
    tag = await connection.execute(
        """
        INSERT INTO dossier (id, person_id, number, code_cpf, title, trainer_name, trainer_siret,
            starts_on, ends_on, duration, cost, on_working_time, situation, employer,
            organisme_id, confidential, created_at, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
            clock_timestamp(), clock_timestamp())
        ON CONFLICT (number) DO NOTHING
        """,
        dossier_id,
        person_id,
        number,
        *_values(contents),
    )
    return tag.endswith(" 1")


async def save_contents(connection: Connection, dossier_id: UUID, contents: Draft) -> int:
    """Replace the contents; return the new revision."""
    revision: int = await connection.fetchval(
        """
        UPDATE dossier SET code_cpf = $2, title = $3, trainer_name = $4, trainer_siret = $5,
            starts_on = $6, ends_on = $7, duration = $8, cost = $9, on_working_time = $10,
            situation = $11, employer = $12, organisme_id = $13, confidential = $14,
            revision = revision + 1, changed_at = clock_timestamp()
        WHERE id = $1 RETURNING revision
        """,
        dossier_id,
        *_values(contents),
    )
    return revision


async def delete_dossier(connection: Connection, dossier_id: UUID) -> None:
    """Delete a draft and its steps; the history keeps its number."""
    await connection.execute("DELETE FROM dossier WHERE id = $1", dossier_id)


async def find_again_at(
    connection: Connection, person_id: UUID, kind: str, employer_name: str, most_a_day: int
) -> datetime | None:
    """Return when an employer at its limit of `most_a_day` may act again; None: at once."""
    again_at: datetime | None = await connection.fetchval(
        """
        SELECT occurred_at + interval '1 day' FROM event
        WHERE person_id = $1 AND kind = $2 AND actor = 'employer' AND actor_name = $3
              AND occurred_at > clock_timestamp() - interval '1 day'
        ORDER BY occurred_at DESC OFFSET $4 - 1 LIMIT 1
        """,
        person_id,
        kind,
        employer_name,
        most_a_day,
    )
    return again_at


def _values(contents: Draft) -> tuple[object, ...]:
    return (
        contents.code_cpf,
        contents.title,
        contents.trainer_name,
        contents.trainer_siret,
        contents.starts_on,
        contents.ends_on,
        contents.duration,
        contents.cost,
        contents.on_working_time,
        contents.situation.value if contents.situation else None,
        contents.employer,
        UUID(contents.organisme) if contents.organisme else None,
        contents.confidential,
    )
