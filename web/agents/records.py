"""Agents of organismes and employers, and the sealing of their personal data."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.auth.password.views import PasswordOwner
from web.core.crypto.sealed_column import TEXT, SealedColumn
from web.core.crypto.vault import Hasher
from web.domain.passwords.policy import personal_words
from web.people.identity import email_digest

AGENT_EMAIL = SealedColumn("professional", "email", "professional:{id}.email", TEXT)
PERSONAL = (
    "Choisissez un mot de passe qui ne contient ni votre adresse, ni le nom de votre organisation, "
    "ni le nom du service."
)


class Kind(enum.StrEnum):
    """The kind of organisation an agent acts for."""

    ORGANISME = "organisme"
    EMPLOYER = "employer"


# The names of their first pages.
HOMES = {Kind.ORGANISME: "organisme", Kind.EMPLOYER: "people"}
# The names of their layouts, in the menus.
SPACES = {Kind.ORGANISME: "organisme", Kind.EMPLOYER: "employeur"}
# Those of access managers, whose menu has one page more.
MANAGER_SPACES = {Kind.ORGANISME: "organisme-acces", Kind.EMPLOYER: "employeur-acces"}
# Between the password and the second factor: the header has a name and a logout, no menu.
PENDING_2FA_SPACE = "professionnel"


@dataclass(frozen=True)
class AgentAccount:
    """An agent, by their account and the name of their organisation."""

    id: UUID
    email: str
    organisation_name: str
    kind: Kind

    @property
    def display_name(self) -> str:
        """The organisation and the address, for the page header."""
        return f"{self.organisation_name} – {self.email}"

    @property
    def label(self) -> str:
        """The address and the organisation, in a file for the agent."""
        return f"{self.email}, {self.organisation_name}"

    @property
    def login_id(self) -> UUID:
        """The id of its login."""
        return self.id

    @property
    def home(self) -> str:
        """The name of the first page of their space."""
        return HOMES[self.kind]

    @property
    def password_owner(self) -> PasswordOwner:
        """The agent as the owner of a password."""
        words = personal_words(email=self.email, organisation=self.organisation_name)
        return PasswordOwner(words, PERSONAL, self.email)

    def subject(self, hasher: Hasher) -> bytes:
        """Return the digest of the address, which keys attempts, links and known browsers."""
        return login_subject(hasher, self.email)


@dataclass(frozen=True)
class Agent(AgentAccount):
    """The agent whose session a request carries.

    `may_enter`: the login is complete, and so the space is open. `ends_at` is the absolute end of
    the session, given only once it is near. `has_recent_password`: its password was typed in the
    last RECENT_MINUTES. `is_manager`: the agent manages the access of the organisation.
    `is_unreachable`: the last mail to them was refused.
    """

    organisation_id: UUID
    siret: str
    has_second_factor: bool
    may_enter: bool
    session_id: UUID
    ends_at: datetime | None
    has_recent_password: bool
    is_manager: bool
    is_unreachable: bool

    @property
    def must_have_second_factor(self) -> bool:
        """Return whether it is mandatory: organismes decide on other people's hours."""
        return self.kind is Kind.ORGANISME

    @property
    def awaited_step(self) -> str:
        """The name of the step that the login awaits, '' once it is complete."""
        if self.may_enter:
            return ""
        return "code" if self.has_second_factor else "second-factor"

    @property
    def space(self) -> str:
        """The name of the layout of the pages."""
        if not self.may_enter:
            return PENDING_2FA_SPACE
        return (MANAGER_SPACES if self.is_manager else SPACES)[self.kind]


def login_subject(hasher: Hasher, email: str) -> bytes:
    """Return the digest that keys the attempts and known browsers of an address, normalised."""
    return email_digest(hasher, email)
