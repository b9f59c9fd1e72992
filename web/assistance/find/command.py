"""`account find`: the report. Nothing sealed is shown but masked values."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from web.agents.records import AgentAccount
from web.assistance.accounts import (
    UNKNOWN,
    Identifier,
    LockedAccount,
    find_open_account,
    list_accounts,
    parse_identifier,
)
from web.assistance.email_change.queries import find_latest
from web.assistance.email_change.service import open_address
from web.assistance.find import queries
from web.assistance.find.labels import change_line, mail_line, partly_masked
from web.assistance.find.limits import list_reached_limits
from web.assistance.queries import FIRST, LAST
from web.core.cli.operator_command import NotDoneError, carry_out
from web.core.cli.progress import counted
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.domain.email_addresses import folded_email, mailbox_of
from web.domain.nir import masked
from web.filters import french_moment
from web.people.identity import email_digests, nir_digest
from web.people.reference import account_reference
from web.profile.email_change.service import NEW_ADDRESS
from web.settings import Settings


async def run_find(settings: Settings, identifier: str) -> int:
    """Print what the service can see of an account; return the exit status."""

    async def act(runtime: Runtime) -> str:
        return "\n".join(await describe(runtime, parse_identifier(identifier)))

    return await carry_out(settings, act)


async def describe(runtime: Runtime, identifier: Identifier) -> list[str]:
    """Return the lines of the report. Raises NotDoneError for an unknown person."""
    async with runtime.db.connection() as connection:
        lines: list[str] = []
        emails = {identifier.email} if identifier.email else set()
        for found in await list_accounts(runtime, connection, identifier):
            account = await find_open_account(runtime, connection, found.id, found.kind)
            if account is not None:
                emails.add(account.owner.email)
                latest = await find_latest(connection, account.id)
                if latest is not None and latest.is_pending:
                    # The mail that a person who lost their mailbox is waiting for.
                    emails.add(open_address(runtime, latest))
                lines += await _account_lines(runtime, connection, account)
        lines += await _other_lines(runtime, connection, identifier)
        if not lines:
            raise NotDoneError(UNKNOWN.replace("Rien n’a été fait.", "").strip())
        mailboxes = [
            runtime.hasher.digest("mailbox", folded(email))
            for email in sorted(emails)
            for folded in (folded_email, mailbox_of)
        ]
        mails = await queries.list_mails(connection, mailboxes)
        title = f"Courriels des {queries.MAIL_DAYS} derniers jours"
        return [*lines, *_section(title, [mail_line(mail) for mail in mails])]


async def _account_lines(
    runtime: Runtime, connection: Connection, account: LockedAccount
) -> list[str]:
    state = await queries.find_login_state(connection, account.id)
    if state is None:
        return []
    owner = account.owner
    blocked = state.blocked_at and f"bloqué depuis le {french_moment(state.blocked_at)}"
    factor = state.second_factor_at and (
        f"en place depuis le {french_moment(state.second_factor_at)}, "
        f"{counted(state.recovery_codes, 'code de secours restant', 'codes de secours restants')}"
    )
    last = french_moment(state.last_login_at) if state.last_login_at else "aucune"
    lines = [
        account.label,
        f"  État{NBSP}: {blocked or 'actif'}",
        f"  Ouvert le{NBSP}: {french_moment(state.opened_at)}",
        f"  Dernière connexion{NBSP}: {last}",
        f"  Adresse courriel{NBSP}: {partly_masked(owner.email)}",
        f"  Mot de passe{NBSP}: {'choisi' if state.has_password else 'pas encore choisi'}",
        f"  Code de connexion{NBSP}: {factor or 'aucun'}",
    ]
    if isinstance(owner, AgentAccount):
        lines.insert(1, f"  Organisation{NBSP}: {owner.organisation_name}")
    else:
        nir = masked(owner.identity.nir)
        lines.insert(1, f"  Numéro de Sécurité sociale{NBSP}: {nir}")
    changes = await _change_lines(runtime, connection, account)
    limits = await list_reached_limits(runtime, connection, account)
    return [
        *lines,
        *_section("  Changement d’adresse", changes),
        *_section("  Limites atteintes", limits, none="aucune"),
    ]


async def _change_lines(
    runtime: Runtime, connection: Connection, account: LockedAccount
) -> list[str]:
    lines = []
    own = await queries.find_own_change(connection, account.id)
    if own is not None:
        address = NEW_ADDRESS.read(runtime.vault, own.email, id=own.id) or "?"
        until = french_moment(own.expires_at)
        lines.append(
            f"demandé dans l’espace, vers {partly_masked(address)}, à confirmer avant le {until}"
        )
    latest = await find_latest(connection, account.id)
    if latest is not None:
        lines.append(change_line(latest, open_address(runtime, latest)))
    return lines


async def _other_lines(
    runtime: Runtime, connection: Connection, identifier: Identifier
) -> list[str]:
    """Return the closed accounts and the pending registrations."""
    digest = nir_digest(runtime.hasher, identifier.nir) if identifier.nir else b""
    by_email = email_digests(runtime.hasher, identifier.email) if identifier.email else ()
    reference = identifier.reference
    first, last = (UUID(reference + rest) if reference else None for rest in (FIRST, LAST))
    lines = [
        f"Compte de titulaire {account_reference(former.id)}, fermé le "
        f"{french_moment(former.closed_at)}"
        for former in await queries.list_former(connection, digest, first, last)
    ]
    registrations = await queries.list_registrations(connection, digest, by_email)
    return lines + [
        f"Inscription en attente depuis le {french_moment(pending.submitted_at)}{NBSP}: le lien "
        f"d’activation est valable jusqu’au {french_moment(pending.expires_at)}"
        for pending in registrations
    ]


def _section(title: str, lines: Sequence[str], *, none: str = "aucun") -> list[str]:
    """Return a title and its lines, indented below it; `none` without any."""
    if not lines:
        return [f"{title}{NBSP}: {none}"]
    indent = " " * (len(title) - len(title.lstrip()) + 2)
    return [f"{title}{NBSP}:", *(f"{indent}{line}" for line in lines)]
