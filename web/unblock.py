"""`account unblock`: reset of the failed logins of someone whose identity was checked."""

from __future__ import annotations

import sys

import structlog

from web.agents.invitations.queries import lock_agent
from web.agents.kind import AGENT
from web.auth.kinds import AccountKind, AnyOwner, SecurityEvent
from web.auth.login.attempt_limits import reset_device_failures, reset_shared_failures
from web.auth.titulaires.kind import TITULAIRE
from web.auth.titulaires.mails import UNBLOCKED_MAIL
from web.core.cli.operator_command import NotDoneError, carry_out
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.core.text import NBSP, printable_line
from web.domain.nir import InvalidNir, parse_nir
from web.people.emails import InvalidEmailError, parse_email
from web.people.history.events import Actor, EventKind, record_event
from web.people.identity import ACCOUNT_IDENTITY, email_digests, nir_digest
from web.people.queries import Titulaire, lock_titulaire
from web.settings import Settings

log = structlog.get_logger("support")

LONGEST_REASON = 200
UNKNOWN = (
    "Aucun compte n’existe avec ce numéro ou cette adresse\u00a0: vérifiez la saisie. "
    "Rien n’a été fait."
)


async def run_unblock(settings: Settings, identifier: str, reason: str) -> int:
    """Reset the failed logins and print a report; return the exit status.

    `identifier` is a NIR, or the e-mail address of a titulaire, of an agent or of both.
    """

    async def act(runtime: Runtime) -> str:
        cleaned_reason = printable_line(" ".join(reason.split()))
        if not cleaned_reason or len(cleaned_reason) > LONGEST_REASON:
            raise NotDoneError(
                f"--reason{NBSP}: indiquez pourquoi, en {LONGEST_REASON}{NBSP}caractères au plus. "
                "La personne le lira dans son historique."
            )
        return "\n".join(await unblock(runtime, identifier, cleaned_reason))

    return await carry_out(settings, act)


async def unblock(runtime: Runtime, identifier: str, reason: str) -> list[str]:
    """Reset the failed logins; return a French sentence per account. Raises NotDoneError."""
    nir, email = _parse_identifier(identifier)
    done = []
    async with runtime.db.transaction() as connection:
        by_nir = nir_digest(runtime.hasher, nir) if nir else b""
        by_email = email_digests(runtime.hasher, email) if email else ()
        titulaire = await lock_titulaire(connection, by_nir, by_email)
        if titulaire is not None:
            await _unblock_titulaire(runtime, connection, titulaire, reason)
            done.append("Compte de titulaire")
        if email and await _unblock_agent(runtime, connection, email):
            done.append("Compte d’agent")
    if not done:
        raise NotDoneError(UNKNOWN)
    return [
        f"{kind}{NBSP}: les essais de mot de passe sont remis à zéro. Un courriel l’annonce à la "
        "personne."
        for kind in done
    ]


async def _unblock_titulaire(
    runtime: Runtime, connection: Connection, titulaire: Titulaire, reason: str
) -> None:
    await _reset_tries(runtime, connection, titulaire.nir_digest, TITULAIRE)
    event_id = await record_event(
        connection,
        titulaire.person_id,
        EventKind.UNBLOCKED,
        actor=Actor.SERVICE,
        detail=reason,
    )
    identity = ACCOUNT_IDENTITY.open(runtime.vault, titulaire.identity, id=titulaire.account_id)
    await enqueue_mail(
        runtime, connection, kind=UNBLOCKED_MAIL, subject_id=event_id, recipient=identity.email
    )
    log.info("account unblocked", account=str(titulaire.account_id))


async def _unblock_agent(runtime: Runtime, connection: Connection, email: str) -> bool:
    """Reset an agent's failed logins; return False when no agent has this address."""
    found = await lock_agent(connection, email_digests(runtime.hasher, email))
    if found is None:
        return False
    agent = found.account(runtime.vault)
    await _reset_tries(runtime, connection, agent.subject(runtime.hasher), AGENT)
    await AGENT.notify(runtime, connection, agent, SecurityEvent.UNBLOCKED, device="")
    log.info("agent unblocked", agent=str(agent.id))
    return True


async def _reset_tries(
    runtime: Runtime, connection: Connection, subject: bytes, kind: AccountKind[AnyOwner]
) -> None:
    await reset_shared_failures(runtime, connection, subject, *kind.tries)
    await reset_device_failures(runtime, connection, subject, *kind.tries)


def _parse_identifier(identifier: str) -> tuple[str, str]:
    """Return a NIR and '', or '' and an address. Raises NotDoneError."""
    text = identifier.strip()
    if "@" in text:
        try:
            return "", parse_email(text)
        except InvalidEmailError:
            raise NotDoneError(UNKNOWN) from None
    try:
        return parse_nir(text).value, ""
    except InvalidNir:
        raise NotDoneError(UNKNOWN) from None


def read_identifier() -> str:
    """Read the identifier from stdin: on the command line, `ps` and the history would show it."""
    if sys.stdin.isatty():
        sys.stderr.write(f"Numéro de Sécurité sociale ou adresse courriel{NBSP}: ")
        sys.stderr.flush()
    return sys.stdin.readline()
