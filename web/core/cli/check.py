"""Check that the database and the SMTP server of the settings answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from web.core.cli.operator_command import NO_ANSWER
from web.core.db.bulk import BULK_TIMEOUTS
from web.core.db.connection import Connection
from web.core.db.connections import UNAVAILABLE, dedicated_connection, find_cause
from web.core.db.replica import is_standby
from web.core.db.schema import find_schema_problem
from web.core.mail.smtp import SmtpConnections, TemporaryMailError
from web.settings import Settings

DataCheck = Callable[[Connection], Awaitable[list[str]]]
NAME = "compte-formation check"
NO_REPLICA = (
    "READ_DATABASE_URL ne mène pas à un réplica, c’est-à-dire à un serveur qui suit la base de "
    "données : les pages lisent celle-ci."
)


async def check_all(settings: Settings, data_checks: Sequence[DataCheck] = ()) -> list[str]:
    """Return one French sentence per problem; an empty list when all is well.

    `data_checks` examine the data, once the schema is known to be of this version.
    """
    return [
        *await _check_database(settings, data_checks),
        *await _check_replica(settings.read_database_url),
        *await _check_smtp(settings),
    ]


async def _check_database(settings: Settings, data_checks: Sequence[DataCheck]) -> list[str]:
    try:
        async with dedicated_connection(
            settings.direct_url, name=NAME, **BULK_TIMEOUTS
        ) as connection:
            problem = await find_schema_problem(connection)
            if problem:
                return [problem.sentence]
            return [sentence for check in data_checks for sentence in await check(connection)]
    except UNAVAILABLE as error:
        return [f"{NO_ANSWER} : {find_cause(error)}."]


async def _check_replica(url: str | None) -> list[str]:
    if url is None:
        return []
    try:
        async with dedicated_connection(url, name=NAME) as connection:
            if await is_standby(connection):
                return []
    except UNAVAILABLE as error:
        return [f"Le réplica ne répond pas (READ_DATABASE_URL) : {find_cause(error)}."]
    return [NO_REPLICA]


async def _check_smtp(settings: Settings) -> list[str]:
    smtp = SmtpConnections(settings.smtp_url.get_secret_value())
    try:
        await smtp.check()
    except TemporaryMailError as error:
        return [f"Le serveur de messagerie ne répond pas (SMTP_URL) : {error}."]
    finally:
        await smtp.close()
    return []
