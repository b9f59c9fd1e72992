"""The titulaire of a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.auth.password.views import PasswordOwner, titulaire_owner
from web.auth.sessions.queries import ABSOLUTE_HOURS, ENDS_AT, IDLE_MINUTES, IS_LIVE
from web.core.crypto.vault import Hasher, Vault
from web.core.db.database import Database
from web.people.identity import ACCOUNT_IDENTITY, Identity, nir_digest

TOUCH_SESSION = f"""
    UPDATE session AS s SET last_seen_at = now() FROM account
    WHERE s.token_digest = $1 AND account.id = s.login_id AND s.is_complete AND {IS_LIVE}
    RETURNING account.id, account.person_id, account.identity, s.id AS session_id,
              EXISTS (SELECT FROM former_account f WHERE f.person_id = account.person_id
                      AND f.holder_id <> account.holder_id) AS has_former,
              {ENDS_AT} AS ends_at
"""  # noqa: S608


@dataclass(frozen=True)
class Titulaire:
    """A titulaire, by their account."""

    account_id: UUID
    person_id: UUID
    identity: Identity

    @property
    def display_name(self) -> str:
        """The full name, as in the tutorial."""
        return self.identity.full_name

    @property
    def login_id(self) -> UUID:
        """The id of its login."""
        return self.account_id

    @property
    def email(self) -> str:
        """The address that gets their mails."""
        return self.identity.email

    @property
    def password_owner(self) -> PasswordOwner:
        """The titulaire as the owner of a password."""
        return titulaire_owner(self.identity)

    def subject(self, hasher: Hasher) -> bytes:
        """Return the digest of the NIR, which keys attempts, links and known browsers."""
        return nir_digest(hasher, self.identity.nir)


@dataclass(frozen=True)
class SignedIn(Titulaire):
    """The titulaire whose session a request carries.

    `ends_at` is when it ends regardless of activity, once that is nearer than the idle timeout.
    `has_former`: an earlier account of the same NIR left data hidden from this one.
    """

    session_id: UUID
    ends_at: datetime | None = None
    has_former: bool = False

    @property
    def label(self) -> str:
        """The address, in a file of the titulaire's."""
        return self.email

    @property
    def has_second_factor(self) -> bool:
        """Return False: titulaires have none."""
        return False

    @property
    def must_have_second_factor(self) -> bool:
        """Return False: a second factor is for the titulaire to choose."""
        return False

    @property
    def may_enter(self) -> bool:
        """Return True: only a complete session has its titulaire here."""
        return True


async def find_signed_in(db: Database, vault: Vault, token_digest: bytes) -> SignedIn | None:
    """Return the titulaire of a live session, and update its last activity in one statement."""
    row = await db.fetchrow(TOUCH_SESSION, token_digest, IDLE_MINUTES, ABSOLUTE_HOURS)
    if row is None:
        return None
    identity = ACCOUNT_IDENTITY.open(vault, row["identity"], id=row["id"])
    return SignedIn(
        row["id"],
        row["person_id"],
        identity,
        row["session_id"],
        row["ends_at"],
        row["has_former"],
    )
