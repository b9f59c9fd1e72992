"""Who acts for an organisme or an employer, and what is kept of them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.accounts.identity import email_digest
from web.accounts.password_view import PasswordOwner
from web.core.crypto import Hasher, Vault
from web.core.key_rotation import SealedColumn
from web.domain.password_policy import personal_words

EMAIL = SealedColumn("professional", "email", "professional:{id}.email")
PERSONAL = (
    "Choisissez un mot de passe qui ne contient ni votre adresse, ni le nom de votre organisation, "
    "ni le nom du service."
)


class Kind(enum.StrEnum):
    """Whom an agent acts for."""

    ORGANISME = "organisme"
    EMPLOYER = "employer"


@dataclass(frozen=True)
class Agent:
    """The agent whose session a request carries.

    `is_complete`: everything that opens the account was given, the second factor included.
    `ends_at` is when the session ends whatever they do, once that is near.
    """

    id: UUID
    email: str
    organisation_id: UUID
    organisation_name: str
    siret: str
    kind: Kind
    has_second_factor: bool
    is_complete: bool
    session_id: UUID
    ends_at: datetime | None = None

    @property
    def display_name(self) -> str:
        """What the header shows: for whom, and who."""
        return f"{self.organisation_name} – {self.email}"

    @property
    def may_enter(self) -> bool:
        """Whether the space is open; an organisme's agent never enters without a second factor."""
        return self.is_complete and (self.has_second_factor or not must_have_second_factor(self))


def must_have_second_factor(agent: Agent) -> bool:
    """Organismes decide on other people's hours: a password alone is not enough."""
    return agent.kind is Kind.ORGANISME


def login_subject(hasher: Hasher, email: str) -> bytes:
    """What the tries and the known browsers of an address are kept under, however it is typed."""
    return email_digest(hasher, email)


def seal_email(vault: Vault, email: str, agent_id: UUID) -> bytes:
    """For the agent's row, and no other."""
    return vault.seal(email.encode(), EMAIL.context_of({"id": agent_id}))


def open_email(vault: Vault, box: bytes, agent_id: UUID) -> str:
    """Raises UnreadableBoxError."""
    return vault.open(bytes(box), EMAIL.context_of({"id": agent_id})).decode()


def agent_owner(email: str, organisation_name: str) -> PasswordOwner:
    """The agent as the user of a password."""
    words = personal_words(email=email, organisation=organisation_name)
    return PasswordOwner(words, PERSONAL, email)
