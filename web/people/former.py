"""Closed accounts, and the proof that whoever opens another one is the same person.

A NIR is known to employers, pharmacies, relatives: it gives access to the hours, which the law
attaches to it, and nothing else. Dossiers, délégations and history are restored to a person who has
the names and the mailbox of the closed account, or for whom the service vouches. Until then the new
account has another holder, and the `seen_…` views of the database hide the rest from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from web.core.crypto.sealed_column import TEXT, SealedColumn
from web.core.crypto.vault import Hasher, Vault
from web.core.db.connection import Connection
from web.core.mail.kinds import awaited
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.domain.email_addresses import folded_email
from web.domain.names import same_letters
from web.people.history import Actor, EventKind, record_event
from web.people.identity import Identity

log = structlog.get_logger("accounts")

# After that the mailbox of a closed account is no proof: only the service can vouch.
MAILBOX_MONTHS = 12
FORMER_EMAIL = SealedColumn("former_account", "email", "former_account:{id}.email", TEXT)
# Its subject is the closed account.
FORMER_MAIL = awaited("former-account")
_NAMES = "names of a closed account"


@dataclass(frozen=True)
class OpenAccount:
    """An open account."""

    id: UUID
    person_id: UUID
    identity: Identity


@dataclass(frozen=True)
class FormerAccount:
    """A closed account, whose holder may not be the holder of the current account.

    `email` is encrypted; None once it is deleted, or if it was never kept.
    """

    id: UUID
    holder_id: UUID
    names_digest: bytes | None
    email: bytes | None

    def has_names_of(self, hasher: Hasher, identity: Identity) -> bool:
        """Return whether the first and birth names are the closed account's, however typed."""
        if self.names_digest is None:
            return False
        return hasher.matches(_NAMES, _named(identity), bytes(self.names_digest))

    def mailbox(self, vault: Vault) -> str:
        """Return its e-mail address, or '' when it is not kept."""
        if self.email is None:
            return ""
        return FORMER_EMAIL.open(vault, self.email, id=self.id)


async def keep_former(runtime: Runtime, connection: Connection, account: OpenAccount) -> None:
    """Keep what can later prove whose account it was; call it in the transaction that deletes it.

    Without it the database still records that there was an account, but nothing proves whose.
    """
    box = FORMER_EMAIL.seal(runtime.vault, account.identity.email, id=account.id)
    await connection.execute(
        """
        INSERT INTO former_account (id, person_id, holder_id, opened_at, names_digest, email)
        SELECT id, person_id, holder_id, created_at, $2, $3 FROM account WHERE id = $1
        """,
        account.id,
        runtime.hasher.digest(_NAMES, _named(account.identity)),
        box,
    )


async def restore_if_proved(
    runtime: Runtime, connection: Connection, opened: OpenAccount, device: str
) -> None:
    """Restore to a new account what is proved to be its holder's, and write to the other mailboxes.

    The proof is the same names and the same mailbox, whose link was just followed.
    """
    proved = []
    for former in await list_unproved_former(connection, opened.id):
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
    opened: OpenAccount,
    formers: list[FormerAccount],
    *,
    device: str = "",
    actor: Actor = Actor.TITULAIRE,
) -> UUID:
    """Give the account access to all that the holders of `formers` left; return the event's id.

    Their addresses are no longer needed and are deleted; links mailed to them no longer work.
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
    log.info("former account restored", account=str(opened.id), by=actor.value)
    return event_id


async def list_unproved_former(connection: Connection, account_id: UUID) -> list[FormerAccount]:
    """Return the closed accounts of this account's person that have another holder.

    One for each holder: the last closed whose address is kept, else the last closed.
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
    """Delete the addresses of accounts closed more than MAILBOX_MONTHS ago."""
    await connection.execute(
        """
        UPDATE former_account SET email = NULL
        WHERE email IS NOT NULL AND closed_at < now() - make_interval(months => $1)
        """,
        MAILBOX_MONTHS,
    )


def _former(row: Any) -> FormerAccount:
    return FormerAccount(row["id"], row["holder_id"], row["names_digest"], row["email"])


def _named(identity: Identity) -> str:
    """Return NIR and names; with the NIR, two people of the same name have unrelated digests."""
    names = same_letters(identity.first_name), same_letters(identity.birth_name)
    return "\n".join((identity.nir, *names))
