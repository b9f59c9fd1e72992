"""Accounts that were closed, and whether the person who opens another one is the same.

A NIR is known to employers, pharmacies, relatives: it gives back the hours, which the law attaches
to it, and nothing else. Dossiers, délégations and history come back to the person who has the
names and the mailbox of the closed account, or is vouched for by the service. Until then the new
account has another holder, and the `seen_…` views of the database leave out what it does not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from web.accounts.history import Actor, EventKind, record_event
from web.accounts.identity import Identity
from web.core.crypto import Hasher, Vault
from web.core.db import Connection
from web.core.key_rotation import SealedColumn
from web.core.mail import enqueue_mail
from web.core.mail_kinds import awaited
from web.core.runtime import Runtime
from web.domain.email_addresses import folded_email
from web.domain.names import same_letters

log = structlog.get_logger("accounts")

# After that the mailbox of a closed account proves nothing: the service has to vouch.
MAILBOX_MONTHS = 12
FORMER_EMAIL = SealedColumn("former_account", "email", "former_account:{id}.email")
# Its subject is the closed account.
FORMER_MAIL = awaited("former-account")
_NAMES = "names of a closed account"


@dataclass(frozen=True)
class Opened:
    """An account that is open now."""

    id: UUID
    person_id: UUID
    identity: Identity


@dataclass(frozen=True)
class Former:
    """A closed account of someone who may be another person than the holder of the account now.

    `email` is sealed; None once it is forgotten, or was never kept.
    """

    id: UUID
    holder_id: UUID
    names_digest: bytes | None
    email: bytes | None

    def has_names_of(self, hasher: Hasher, identity: Identity) -> bool:
        """Return whether the first and birth names, however typed, are the closed account's."""
        if self.names_digest is None:
            return False
        return hasher.matches(_NAMES, _named(identity), bytes(self.names_digest))

    def mailbox(self, vault: Vault) -> str:
        """Its e-mail address; '' when it is not kept."""
        if self.email is None:
            return ""
        return vault.open(bytes(self.email), FORMER_EMAIL.context_of({"id": self.id})).decode()


async def keep_former(runtime: Runtime, connection: Connection, account: Opened) -> None:
    """Keep what proves later whose an account was; in the transaction that deletes it.

    Without it the database still remembers that there was an account, and nothing proves whose.
    """
    box = runtime.vault.seal(
        account.identity.email.encode(), FORMER_EMAIL.context_of({"id": account.id})
    )
    await connection.execute(
        """
        INSERT INTO former_account (id, person_id, holder_id, opened_at, names_digest, email)
        SELECT id, person_id, holder_id, created_at, $2, $3 FROM account WHERE id = $1
        """,
        account.id,
        runtime.hasher.digest(_NAMES, _named(account.identity)),
        box,
    )


async def recognise(runtime: Runtime, connection: Connection, opened: Opened, device: str) -> None:
    """Give a new account what is proved to be its person's, and write to the other mailboxes.

    The same names and the same mailbox, whose link was just followed, are the proof.
    """
    proved = []
    for former in await find_unproved(connection, opened.id):
        mailbox = former.mailbox(runtime.vault)
        is_same_mailbox = folded_email(mailbox) == folded_email(opened.identity.email)
        if is_same_mailbox and former.has_names_of(runtime.hasher, opened.identity):
            proved.append(former)
        elif mailbox:
            await enqueue_mail(
                runtime, connection, kind=FORMER_MAIL, subject_id=former.id, recipient=mailbox
            )
    if proved:
        await give_back(connection, opened, proved, device=device)


async def give_back(
    connection: Connection,
    opened: Opened,
    formers: list[Former],
    *,
    device: str = "",
    actor: Actor = Actor.TITULAIRE,
) -> UUID:
    """Let the account see what these left, and all that their holders left; returns the event's id.

    Their mailboxes have been used, and are deleted; links to them no longer work.
    """
    event_id = await record_event(
        connection, opened.person_id, EventKind.FORMER_RESTORED, device=device, actor=actor
    )
    await connection.execute(
        """
        WITH given AS (
            UPDATE former_account f SET holder_id = a.holder_id, email = NULL FROM account a
            WHERE a.id = $1 AND f.person_id = a.person_id AND f.holder_id = ANY ($2)
            RETURNING f.id
        )
        UPDATE bearer_token SET used_at = now()
        WHERE subject_id IN (SELECT id FROM given) AND purpose = $3 AND used_at IS NULL
        """,
        opened.id,
        [former.holder_id for former in formers],
        FORMER_MAIL.name,
    )
    log.info("former account given back", account=str(opened.id), by=actor.value)
    return event_id


async def find_unproved(connection: Connection, account_id: UUID) -> list[Former]:
    """The closed accounts of this account's person that have another holder.

    One for each holder: the last that was closed with its mailbox, else the last closed.
    """
    rows = await connection.fetch(
        """
        SELECT DISTINCT ON (f.holder_id) f.id, f.holder_id, f.names_digest, f.email
        FROM account a JOIN former_account f ON f.person_id = a.person_id
        WHERE a.id = $1 AND f.holder_id <> a.holder_id
        ORDER BY f.holder_id, f.email IS NULL, f.closed_at DESC
        """,
        account_id,
    )
    return [_former(row) for row in rows]


async def forget_mailboxes(connection: Connection) -> None:
    """Mailboxes of accounts closed long ago are forgotten."""
    await connection.execute(
        """
        UPDATE former_account SET email = NULL
        WHERE email IS NOT NULL AND closed_at < now() - make_interval(months => $1)
        """,
        MAILBOX_MONTHS,
    )


def _former(row: Any) -> Former:
    return Former(row["id"], row["holder_id"], row["names_digest"], row["email"])


def _named(identity: Identity) -> str:
    """The NIR is in it: the digests of two people of one name have nothing in common."""
    names = same_letters(identity.first_name), same_letters(identity.birth_name)
    return "\n".join((identity.nir, *names))
