"""Whether what the settings point at answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from web.core.bulk import UNHURRIED
from web.core.connections import UNAVAILABLE, CannotConnectError, connection_for_once
from web.core.db import Connection
from web.core.migrations import find_schema_problem
from web.core.smtp import SmtpConnections, TemporaryMailError
from web.settings import Settings

DataCheck = Callable[[Connection], Awaitable[list[str]]]


async def check_all(settings: Settings, data_checks: Sequence[DataCheck] = ()) -> list[str]:
    """One sentence per problem; none when all is well.

    `data_checks` look at what the database holds, once it is known to be of this version.
    """
    return [*await _check_database(settings, data_checks), *await _check_smtp(settings)]


async def _check_database(settings: Settings, data_checks: Sequence[DataCheck]) -> list[str]:
    try:
        async with connection_for_once(
            settings.database_url, name="compte-formation check", **UNHURRIED
        ) as connection:
            problem = await find_schema_problem(connection)
            if problem:
                return [problem.sentence]
            return [told for check in data_checks for told in await check(connection)]
    except UNAVAILABLE as error:
        cause = str(error) if isinstance(error, CannotConnectError) else type(error).__name__
        return [f"La base de données ne répond pas (DATABASE_URL) : {cause}."]


async def _check_smtp(settings: Settings) -> list[str]:
    smtp = SmtpConnections(settings.smtp_url.get_secret_value())
    try:
        await smtp.check()
    except TemporaryMailError as error:
        return [f"Le serveur de messagerie ne répond pas (SMTP_URL) : {error}."]
    finally:
        await smtp.close()
    return []
