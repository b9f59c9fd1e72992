"""Whether what the settings point at answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import asyncpg

from web.core.db import UNAVAILABLE, Connection
from web.core.migrations import current_revision, newest_revision
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
        connection = await asyncpg.connect(settings.database_url, timeout=5)
    except (*UNAVAILABLE, asyncpg.PostgresError) as error:
        return [f"La base de données ne répond pas (DATABASE_URL) : {type(error).__name__}."]
    try:
        revision = await current_revision(connection)
        if revision != newest_revision():
            return [f"La base est à la révision {revision} : lancez `python -m web migrate`."]
        return [problem for check in data_checks for problem in await check(connection)]
    finally:
        await connection.close()


async def _check_smtp(settings: Settings) -> list[str]:
    smtp = SmtpConnections(settings.smtp_url.get_secret_value())
    try:
        await smtp.check()
    except TemporaryMailError as error:
        return [f"Le serveur de courriel ne répond pas (SMTP_URL) : {error}."]
    finally:
        await smtp.close()
    return []
