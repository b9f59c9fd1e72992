"""The account that a person asks about: found by a NIR, an address or a reference, then locked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic
from uuid import UUID

from web.agents import queries as agents
from web.agents.kind import AGENT
from web.agents.records import AgentAccount
from web.assistance.queries import FoundAccount, find_accounts
from web.auth.kinds import AccountKind, AnyOwner, SecurityEvent
from web.auth.logins import LoginKind, lock_login
from web.auth.sessions.titulaire import Titulaire
from web.auth.titulaires import queries as titulaires
from web.auth.titulaires.kind import TITULAIRE
from web.core.cli.operator_command import NotDoneError
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.domain.nir import InvalidNir, parse_nir
from web.people.emails import InvalidEmailError, parse_email
from web.people.identity import email_digests, nir_digest
from web.people.reference import account_reference, parse_account_reference

UNKNOWN = (
    f"Aucun compte n’existe avec ce numéro, cette adresse ou cette référence{NBSP}: vérifiez la "
    "saisie. Rien n’a été fait."
)
AMBIGUOUS = (
    f"Plusieurs comptes ont cette référence{NBSP}: indiquez le numéro de Sécurité sociale ou "
    "l’adresse courriel. Rien n’a été fait."
)
BOTH_KINDS = (
    "Cette adresse est celle d’un compte de titulaire et d’un compte d’agent"
    f"{NBSP}: ajoutez --kind titulaire ou --kind agent. Rien n’a été fait."
)
LABELS = {LoginKind.TITULAIRE: "Compte de titulaire", LoginKind.AGENT: "Compte d’agent"}


@dataclass(frozen=True)
class Identifier:
    """The identifier of an account: exactly one of these, the others are ''."""

    nir: str = ""
    email: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Locked(Generic[AnyOwner]):
    """An account whose login is locked until the transaction ends."""

    kind: AccountKind[AnyOwner]
    owner: AnyOwner

    @property
    def id(self) -> UUID:
        """The id of the account and of its login."""
        return self.owner.login_id

    @property
    def label(self) -> str:
        """The kind of account and its reference, for the operator."""
        return f"{LABELS[self.kind.name]} {account_reference(self.id)}"

    def subject(self, runtime: Runtime) -> bytes:
        """Return the digest that keys its attempts, its links and its known browsers."""
        return self.owner.subject(runtime.hasher)

    async def notify(
        self, runtime: Runtime, connection: Connection, event: SecurityEvent, detail: str
    ) -> None:
        """Record an act of the service with its reason, and notify the owner by mail."""
        await self.kind.notify(runtime, connection, self.owner, event, device="", detail=detail)

    async def record(
        self, connection: Connection, event: SecurityEvent, detail: str, device: str = ""
    ) -> None:
        """Record an act, which another mail announces."""
        await self.kind.record(connection, self.owner, event, device, detail=detail)


LockedAccount = Locked[Titulaire] | Locked[AgentAccount]


def parse_identifier(text: str) -> Identifier:
    """Return what a line typed by the operator identifies. Raises NotDoneError."""
    typed = text.strip()
    try:
        if "@" in typed:
            return Identifier(email=parse_email(typed))
        if reference := parse_account_reference(typed):
            return Identifier(reference=reference)
        return Identifier(nir=parse_nir(typed).value)
    except (InvalidEmailError, InvalidNir):
        raise NotDoneError(UNKNOWN) from None


async def list_accounts(
    runtime: Runtime, connection: Connection, identifier: Identifier
) -> list[FoundAccount]:
    """Return the account of each kind that the identifier names. Raises NotDoneError."""
    found = await find_accounts(
        connection,
        nir_digest(runtime.hasher, identifier.nir) if identifier.nir else b"",
        email_digests(runtime.hasher, identifier.email) if identifier.email else (),
        identifier.reference,
    )
    by_kind: dict[LoginKind, FoundAccount] = {}
    for account in found:
        by_kind.setdefault(account.kind, account)
    if identifier.reference and len(found) > 1:
        raise NotDoneError(AMBIGUOUS)
    return list(by_kind.values())


async def lock_account(
    runtime: Runtime, connection: Connection, login_id: UUID, kind: LoginKind
) -> LockedAccount | None:
    """Lock the login of an account and return the account; None once it is closed."""
    await lock_login(connection, login_id)
    return await find_open_account(runtime, connection, login_id, kind)


async def find_open_account(
    runtime: Runtime, connection: Connection, login_id: UUID, kind: LoginKind
) -> LockedAccount | None:
    """Return an account without a lock, to show it; None once it is closed."""
    if kind is LoginKind.AGENT:
        agent = await agents.find_owner(connection, runtime.vault, login_id)
        return Locked(AGENT, agent) if agent else None
    titulaire = await titulaires.find_owner(connection, runtime.vault, login_id)
    return Locked(TITULAIRE, titulaire) if titulaire else None


async def lock_one(
    runtime: Runtime, connection: Connection, identifier: Identifier, kind: LoginKind | None
) -> LockedAccount:
    """Lock the one account that the identifier names, of this kind if given. Raises NotDoneError.

    An address may have an account of each kind: the operator must then choose.
    """
    found = await list_accounts(runtime, connection, identifier)
    chosen = [account for account in found if kind in (None, account.kind)]
    if len(chosen) > 1:
        raise NotDoneError(BOTH_KINDS)
    for account in chosen:
        locked = await lock_account(runtime, connection, account.id, account.kind)
        if locked is not None:
            return locked
    raise NotDoneError(UNKNOWN)
