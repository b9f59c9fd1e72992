"""The mails of a change of address by the service: to the new address, and to the earlier one."""

from __future__ import annotations

from typing import Any

from web.agents.queries import find_owner
from web.assistance.email_change import queries
from web.assistance.email_change.records import LinkPurpose, ServiceChange, State
from web.assistance.email_change.service import open_address
from web.auth.logins import LoginKind
from web.core.crypto.tokens import new_token, token_hash
from web.core.db.connection import Connection
from web.core.mail.outgoing import Letter, Mail, masked_email
from web.core.runtime import Runtime
from web.core.text import NBSP


async def compose_confirmation(
    runtime: Runtime, connection: Connection, mail: Mail
) -> Letter | None:
    """Compose the mail to the new address, with the link that confirms it."""
    change = await queries.find_change(connection, mail.subject_id)
    if change is None or change.state is not State.ASKED:
        return None
    url = await _link(runtime, connection, change, LinkPurpose.CONFIRM, "service-email-link")
    return Letter(mail.kind, {**await _words(runtime, connection, change), "url": url})


async def compose_asked(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail to the earlier address, with the link that refuses the change."""
    change = await queries.find_change(connection, mail.subject_id)
    if change is None or not change.is_pending:
        return None
    url = await _link(runtime, connection, change, LinkPurpose.REFUSE, "service-email-refusal")
    words = await _words(runtime, connection, change)
    return Letter(mail.kind, {**words, "url": url, "new_email": masked_email(words["email"])})


async def compose_outcome(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail after the change took effect, or was refused."""
    change = await queries.find_change(connection, mail.subject_id)
    if change is None:
        return None
    words = await _words(runtime, connection, change)
    context = {"is_new": mail.recipient == words["email"], "ended_at": mail.created_at}
    return Letter(mail.kind, {**words, **context})


async def _words(runtime: Runtime, connection: Connection, change: ServiceChange) -> dict[str, Any]:
    """Return what the templates share; `account` follows « votre », « un » or « le »."""
    organisation = ""
    if change.kind is LoginKind.AGENT:
        agent = await find_owner(connection, runtime.vault, change.login_id)
        organisation = agent.organisation_name if agent else ""
    return {
        "account": f"compte d’agent de {organisation}" if organisation else "compte formation",
        "organisation": organisation,
        "email": open_address(runtime, change),
        "reason": change.reason,
        "asked_at": change.asked_at,
        "due_at": change.due_at,
        "expires_at": change.expires_at,
        "forgotten": "agent-forgotten" if organisation else "forgotten",
        "identifier": "votre nouvelle adresse"
        if organisation
        else f"votre numéro de Sécurité{NBSP}sociale",
    }


async def _link(
    runtime: Runtime,
    connection: Connection,
    change: ServiceChange,
    purpose: LinkPurpose,
    route: str,
) -> str:
    token = new_token(runtime.randomness)
    await queries.add_link(connection, token_hash(token), purpose, change)
    return runtime.url(route, token=token)
