"""The two kinds of account: the addresses, fields and tables that differ between them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from tests.support.desks.agents import InventedAgent, add
from tests.support.http.client import Client, Page
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import PASSWORD, Person
from web.core.runtime import Runtime


@dataclass(frozen=True)
class Kind:
    """The values that differ between the kinds of account."""

    name: str
    # The field that names the account.
    identifier: str
    login: str
    forgotten: str
    # The address before the token of a link that chooses a password.
    links: str
    logout: str
    change: str
    # How a sentence names the identifier.
    named: str
    # A page that only a session opens.
    inside: str
    # A well-formed identifier without an account.
    unknown: str
    # The first words of the sentence about a refused login.
    mistaken: str
    events: str
    # The table of its accounts.
    table: str
    # The first page after a login.
    home: str
    # The step of the login that asks for the code.
    code: str
    # The list of the open sessions, and the page that extends this one.
    sessions: str
    extend: str
    # Passwords that contain what the owner's must not, and the sentence about them.
    forbidden: tuple[str, ...]
    forbidden_said: str
    # The page that shows the second factor, and those that change it.
    account: str
    set_up: str
    codes: str
    # Adds an account with PASSWORD; returns its identifier, its e-mail address and its id.
    add: Callable[[Runtime], Awaitable[tuple[str, str, UUID]]]

    async def open(self, runtime: Runtime) -> Account:
        """Open an account as if its owner had gone through the journey."""
        return Account(self, *await self.add(runtime))


@dataclass(frozen=True)
class Account:
    """An account of a kind, and the password that its owner types."""

    kind: Kind
    identifier: str
    email: str
    login_id: UUID
    password: str = PASSWORD

    @property
    def credentials(self) -> dict[str, str]:
        """The fields of the login."""
        return {self.kind.identifier: self.identifier, "password": self.password}

    async def log_in(self, client: Client) -> Page:
        """Return the first page after the login."""
        return await client.submit(await client.get(self.kind.login), self.credentials)


async def _add_titulaire(runtime: Runtime) -> tuple[str, str, UUID]:
    person = Person()
    account_id = await open_account(runtime, person)
    return person.nir, person.email, account_id


async def _add_employer(runtime: Runtime) -> tuple[str, str, UUID]:
    agent = await add(runtime, InventedAgent())
    return agent.email, agent.email, agent.id


TITULAIRE = Kind(
    name="titulaire",
    identifier="nir",
    login="/connexion",
    forgotten="/mot-de-passe-oublie",
    links="/mot-de-passe",
    named="ce numéro",
    logout="/deconnexion",
    change="/espace/mot-de-passe",
    inside="/espace/heures",
    unknown=Person().nir,
    mistaken="L’identifiant ou le mot de passe n’est pas le bon",
    events="SELECT count(*) FROM event WHERE kind = $1",
    table="account",
    home="/espace",
    code="/connexion/code",
    sessions="/espace/connexions",
    extend="/espace/prolonger",
    forbidden=(f"Dorange-{Person().birth_name}-123",),
    forbidden_said="ni votre nom",
    account="/espace/informations",
    set_up="/espace/informations/second-facteur",
    codes="/espace/informations/codes-de-secours",
    add=_add_titulaire,
)
AGENT = Kind(
    name="agent",
    identifier="email",
    login="/professionnels",
    forgotten="/professionnels/mot-de-passe-oublie",
    links="/professionnels/mot-de-passe",
    named="cette adresse",
    logout="/professionnels/deconnexion",
    change="/professionnels/compte/mot-de-passe",
    inside="/professionnels/compte",
    unknown="personne@exemple.fr",
    mistaken="L’adresse ou le mot de passe n’est pas exact",
    events="SELECT count(*) FROM professional_event WHERE kind = $1",
    table="professional",
    home="/employeur",
    code="/professionnels/code",
    sessions="/professionnels/compte/connexions",
    extend="/professionnels/prolonger",
    forbidden=("Verrerie-482", "Duval-Girafe-913"),
    forbidden_said="ni le nom de votre organisation",
    account="/professionnels/compte",
    set_up="/professionnels/second-facteur",
    codes="/professionnels/codes-de-secours",
    add=_add_employer,
)
KINDS = (TITULAIRE, AGENT)
