"""The mail of the daily digest: the number of dossiers and the age of the oldest."""

from __future__ import annotations

from web.core.crypto.tokens import new_token, token_hash
from web.core.db.connection import Connection
from web.core.mail.outgoing import Letter, Mail
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.organismes.digest import queries

# The validity of the link that stops the digest: mail programs offer it in old mails too.
STOP_LINK_DAYS = 90


async def compose_digest(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the digest; None once it has nothing to report, or nobody to report it to."""
    waiting = await queries.find_waiting(connection, mail.subject_id, mail.created_at)
    if waiting is None:
        return None
    token = new_token(runtime.randomness)
    await queries.add_stop_token(connection, token_hash(token), mail.subject_id, STOP_LINK_DAYS)
    stop_url = runtime.url("digest-stop", token=token)
    context = {
        "organisme": waiting.organisme,
        "number": waiting.number,
        "since": since(waiting.days),
        "stop_url": stop_url,
    }
    return Letter("dossiers-waiting", context, unsubscribe_url=stop_url)


def since(days: int) -> str:
    """Format an age in days: « aujourd’hui », « hier », « il y a 3 jours »."""
    if days < 1:
        return "aujourd’hui"
    return "hier" if days == 1 else f"il y a {days}{NBSP}jours"
