"""The titulaire of a session."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.auth.password.views import PasswordOwner, titulaire_owner
from web.auth.sessions.queries import ENDS_AT, IS_LIVE, IS_RECENT, TOUCH
from web.core.crypto.vault import Hasher, Vault
from web.core.db.database import Database
from web.people.identity import ACCOUNT_IDENTITY, Identity, nir_digest
from web.people.terms import OUTDATED

_FOUND = f"""
        SELECT account.id, account.person_id, account.identity, account.terms_version,
               {IS_RECENT} AS has_recent_password,
               login.totp_confirmed_at IS NOT NULL AS has_second_factor,
               EXISTS (SELECT FROM former_account f WHERE f.person_id = account.person_id
                       AND f.holder_id <> account.holder_id) AS has_former,
               s.id AS session_id, s.is_complete,"""  # noqa: S608
_FROM = """
        FROM session s JOIN account ON account.id = s.login_id JOIN login ON login.id = account.id
        WHERE s.token_digest = $1 AND"""
# A version that this program does not know is newer than its own: it was accepted before a return
# to an earlier release.
_HAS_ACCEPTED = "account.terms_version <> ALL ($2::text[])"
FIND_SESSION = f"""
    WITH found AS ({_FOUND}
               {ENDS_AT} AS ends_at {_FROM} s.is_complete AND {_HAS_ACCEPTED} AND {IS_LIVE}
    ), touched AS ({TOUCH})
    SELECT * FROM found
"""  # noqa: S608
FIND_AWAITING = f"""
    WITH found AS ({_FOUND}
               {ENDS_AT} AS ends_at {_FROM} CASE WHEN s.is_complete THEN NOT {_HAS_ACCEPTED}
                   ELSE login.totp_confirmed_at IS NOT NULL END AND {IS_LIVE}
    ), touched AS ({TOUCH})
    SELECT * FROM found
"""  # noqa: S608
# The names of their layouts, in the menus.
TITULAIRE_SPACE = "titulaire"
# Between the password and the code: the header has a logout, no menu and no name.
AWAITING_CODE_SPACE = "titulaire-code"
# Before the terms are accepted: a menu of the few pages that are open.
AWAITING_TERMS_SPACE = "titulaire-conditions"


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

    @property
    def home(self) -> str:
        """The name of the first page of their space."""
        return "space"

    def subject(self, hasher: Hasher) -> bytes:
        """Return the digest of the NIR, which keys attempts, links and known browsers."""
        return nir_digest(hasher, self.identity.nir)


@dataclass(frozen=True)
class TitulaireSession(Titulaire, ABC):
    """The titulaire of a session, signed in or at a step of the login.

    `ends_at` is the absolute end of the session, given only once it is near. `has_recent_password`:
    its password was typed in the last RECENT_MINUTES.
    """

    session_id: UUID
    ends_at: datetime | None
    has_recent_password: bool

    @property
    def label(self) -> str:
        """The address, in a file for the titulaire."""
        return self.email

    @property
    @abstractmethod
    def space(self) -> str:
        """The name of the layout of the pages."""

    @property
    @abstractmethod
    def has_second_factor(self) -> bool:
        """Return whether the login asks for a code after the password."""

    @property
    @abstractmethod
    def awaited_step(self) -> str:
        """The name of the step that the login awaits, '' once it is complete."""

    @property
    def must_have_second_factor(self) -> bool:
        """Return False: for a titulaire, a second factor is optional."""
        return False

    @property
    def may_enter(self) -> bool:
        """Return whether the titulaire is signed in."""
        return not self.awaited_step


@dataclass(frozen=True)
class Identified(TitulaireSession):
    """A titulaire who gave the password, and the code if there is one.

    `terms_version` is that of the terms they accepted. `has_former`: an earlier account of the same
    NIR left data hidden from this one.
    """

    terms_version: str
    has_former: bool = False
    has_second_factor: bool = False


@dataclass(frozen=True)
class SignedIn(Identified):
    """The titulaire whose complete session a request carries: no other opens the space."""

    @property
    def space(self) -> str:
        """The name of the layout of the space."""
        return TITULAIRE_SPACE

    @property
    def awaited_step(self) -> str:
        """Return '': the login is complete."""
        return ""


@dataclass(frozen=True)
class AwaitingTerms(Identified):
    """The titulaire who has not accepted the terms in force yet."""

    @property
    def space(self) -> str:
        """The name of the layout of the pages that are open."""
        return AWAITING_TERMS_SPACE

    @property
    def awaited_step(self) -> str:
        """The name of the page that shows the terms."""
        return "new-terms"


@dataclass(frozen=True)
class AwaitingCode(TitulaireSession):
    """The titulaire whose password was accepted, and who has not typed a code yet."""

    @property
    def display_name(self) -> str:
        """A name that does not disclose the owner: the password alone must not."""
        return "Identification en cours"

    @property
    def space(self) -> str:
        """The name of the layout of the page of the code."""
        return AWAITING_CODE_SPACE

    @property
    def awaited_step(self) -> str:
        """The name of the page of the code."""
        return "code"

    @property
    def has_second_factor(self) -> bool:
        """Return True: a session awaits a code for no other reason."""
        return True


async def find_titulaire_session(
    db: Database, vault: Vault, token_digest: bytes, *, complete: bool = True
) -> TitulaireSession | None:
    """Return the titulaire of a live session, and note the activity.

    With `complete=True`, the login must be complete, and the result is a SignedIn; with
    `complete=False`, it must await a code, or the acceptance of the terms in force, and the result
    is an AwaitingCode or an AwaitingTerms.
    """
    row = await db.fetchrow(FIND_SESSION if complete else FIND_AWAITING, token_digest, OUTDATED)
    if row is None:
        return None
    identity = ACCOUNT_IDENTITY.open(vault, row["identity"], id=row["id"])
    titulaire = (row["id"], row["person_id"], identity)
    session = (row["session_id"], row["ends_at"], row["has_recent_password"])
    if not row["is_complete"]:
        return AwaitingCode(*titulaire, *session)
    identified = SignedIn if complete else AwaitingTerms
    account = (row["terms_version"], row["has_former"], row["has_second_factor"])
    return identified(*titulaire, *session, *account)
