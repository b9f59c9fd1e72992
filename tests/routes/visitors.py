"""A titulaire with private data, and every kind of visitor."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

from starlette.applications import Starlette

from tests.support.db.rows import run
from tests.support.desks.agents import (
    OTHER_SIRET,
    InventedAgent,
    add,
    log_in_agent,
    organisme_agent,
)
from tests.support.desks.desk import Desk, dossier_path
from tests.support.http.client import Client, Page
from tests.support.logins import kinds
from tests.support.logins.kinds import Account
from tests.support.logins.second_factor import protect
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import PASSWORD, Person
from tests.support.titulaires.service_change import ask_for
from tests.support.training import delegations as delegation
from tests.support.training.dossiers import complete, draft, person_of, submitted
from web.auth.kept_forms import KeptForm, keep_form
from web.auth.logins import LoginKind
from web.core.crypto.tokens import new_token, token_hash
from web.core.runtime import Runtime

LOGGED_OUT, IDLE, TOO_LONG = "logged out", "idle too long", "open too long"
ANOTHER, TITULAIRE = "another titulaire", "the titulaire"
AWAITING = "the titulaire before the code"
BEFORE_TERMS = "the titulaire before the new terms"
MODIFIES, CONSULTS = "an employer who may modify", "an employer who may consult"
REVOKED, ENDED = "an employer whose délégation is revoked", "one whose délégation has ended"
WITHOUT = "an employer without a délégation"
MANAGES = "an access manager of an employer without a délégation"
ADDRESSED, ELSEWHERE = "an agent of the organisme", "an agent of another organisme"
OUTSIDERS = (LOGGED_OUT, IDLE, TOO_LONG)
EMPLOYERS = (MODIFIES, CONSULTS, REVOKED, ENDED, WITHOUT, MANAGES)
ORGANISMES = (ADDRESSED, ELSEWHERE)
AGENTS = (*EMPLOYERS, *ORGANISMES)
ROLES = (*OUTSIDERS, AWAITING, BEFORE_TERMS, ANOTHER, TITULAIRE, *AGENTS)
# A session expires after 30 minutes without action, or 12 hours in all.
AGEING = {
    IDLE: "UPDATE session SET last_seen_at = now() - interval '31 minutes'",
    TOO_LONG: "UPDATE session SET created_at = now() - interval '721 minutes'",
}
ACCEPTED_BEFORE = "UPDATE account SET terms_version = '1' WHERE id = $1"
NEW_ADDRESS, SERVICE_ADDRESS = "neuve@exemple.fr", "retrouvee@exemple.fr"
EMPLOYER = "Verrerie Canarienne"
FORMATION, CONFIDENTIAL = "Soufflage canarien", "Reconversion discrète"
ORGANISME_ID = "0198c0de-0000-7000-8000-00000000f0f0"
ORGANISME_SIRET, OTHER_ORGANISME_SIRET = "55210055400013", "41816609600051"
COOKIE = "compte"
LINK = re.compile(r"https?://[^\s/]+((?:/[a-z-]+)+/[A-Za-z0-9_-]{43})")
# Tables that a visitor may change: each page touches its own session, a logout deletes an expired
# session, and a form sent too late is kept for its owner.
MAY_CHANGE = {
    TITULAIRE: {"session"},
    AWAITING: {"session"},
    BEFORE_TERMS: {"session", "kept_form"},
    IDLE: {"session", "kept_form"},
    TOO_LONG: {"session", "kept_form"},
}
# The titulaire's data that agents with access may see.
SEEN_BY_EMPLOYERS = frozenset({"first name", "birth name", "formation"})
MAY_READ = {
    BEFORE_TERMS: frozenset(
        {"first name", "birth name", "e-mail", "nir", "employer", "formation", "confidential"}
    ),
    MODIFIES: SEEN_BY_EMPLOYERS,
    CONSULTS: SEEN_BY_EMPLOYERS,
    ADDRESSED: SEEN_BY_EMPLOYERS | {"e-mail"},
}
# The decisions of an organisme: each tuple on a separate dossier.
DECIDED = (("", "/valider", "/clore"), ("/renvoyer",), ("/refuser",), ("/annuler",))
# Changes made by reading: an employer's first visit of the day is recorded in the history.
A_VISIT = frozenset({"delegation", "event", "event_head"})
NOTED_BY_A_VISIT = {MODIFIES: A_VISIT, CONSULTS: A_VISIT}


@dataclass(frozen=True)
class World:
    """A titulaire, their data, and the visitor."""

    runtime: Runtime
    role: str
    visitor: Client
    # The visitor's identity, if they log in.
    who: Person | InventedAgent | None
    person: Person
    # The paths of the visitor's own resources, by route.
    paths: Mapping[str, str]
    ids: tuple[UUID, ...]
    # The confidential dossier's path on an employer's desk.
    confidential_path: str
    # The path of the unsubmitted draft on an organisme's desk.
    unsubmitted_path: str
    csrf: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> dict[str, str]:
        """The strings that no page may show to anyone else, by name."""
        return {
            "first name": self.person.first_name,
            "birth name": self.person.birth_name,
            "e-mail": self.person.email,
            "nir": self.person.nir,
            "employer": EMPLOYER,
            "formation": FORMATION,
            "confidential": CONFIDENTIAL,
        }

    def at(self, paths: Mapping[str, str]) -> World:
        """The same with other paths for some routes."""
        return replace(self, paths={**self.paths, **paths})

    async def tokens(self) -> dict[str, str]:
        """The tokens of a genuine form, fetched from a page when the browser's cookie changed."""
        cookie = self.visitor.http.cookies.get(COOKIE, "")
        if not cookie or cookie not in self.csrf:
            page = await self.visitor.get("/connexion")
            cookie = self.visitor.http.cookies[COOKIE]
            self.csrf[cookie] = page.values("/connexion")["csrf"]
        return {"csrf": self.csrf[cookie], "key": new_token(self.runtime.randomness)}

    async def come_back(self, page: Page) -> None:
        """Log in again after a logout, with the original password."""
        if self.who is None or "set-cookie" not in page.response.headers:
            return
        is_agent = isinstance(self.who, InventedAgent)
        home = "/professionnels/compte" if is_agent else "/espace"
        if self.role == BEFORE_TERMS:
            home = "/connexion/conditions"
        if (await self.visitor.get(home, follow=False)).status != 200:
            await _enter(self.visitor, self.who)

    async def rows(self) -> dict[str, list[str]]:
        """Every row about the titulaire, except those this visitor may change."""
        async with self.runtime.db.connection() as connection:
            tables = await connection.fetch(
                "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'"
            )
            names = {row["name"] for row in tables} - MAY_CHANGE.get(self.role, set())
            everywhere = " UNION ALL ".join(
                f"SELECT '{name}' AS name, t::text AS row FROM {name} t "
                "WHERE t::text LIKE ANY ($1::text[])"
                for name in names
            )
            rows = await connection.fetch(
                f"{everywhere} ORDER BY 1, 2", [f"%{one}%" for one in self.ids]
            )
        found: dict[str, list[str]] = {name: [] for name in names}
        for row in rows:
            found[row["name"]].append(row["row"])
        return found


@asynccontextmanager
async def world(app: Starlette, outbox: Outbox, role: str) -> AsyncIterator[World]:
    """A complete world: sessions, a pending e-mail change and password link, a kept form."""
    runtime: Runtime = app.state.runtime
    person = Person(first_name="Philomène", birth_name="Canarienne", email="philo@canari.example")
    account_id = await open_account(runtime, person)
    person_id = await person_of(runtime, account_id)
    async with (
        Client(app) as own,
        Client(app) as phone,
        Client(app) as tablet,
        Client(app, address="203.0.113.9") as other,
    ):
        for browser in (own, phone, tablet):
            await log_in(browser, person)
        paths = await _belongings(runtime, own, outbox, person)
        dossiers = await _dossiers(runtime, person_id)
        ids = await _ids(runtime)
        visitor = own if role in (IDLE, TOO_LONG, TITULAIRE) else other
        who = await _who(runtime, role, person)
        delegation_id = await _delegation(runtime, role, visitor, who, person_id)
        if role in AGEING:
            await run(runtime, AGEING[role])
        if role == AWAITING:
            await protect(runtime, Account(kinds.TITULAIRE, person.nir, person.email, account_id))
        if role == BEFORE_TERMS:
            await run(runtime, ACCEPTED_BEFORE, account_id)
        if who is not None and role != TITULAIRE:
            await _enter(visitor, who)
        yield World(
            runtime,
            role,
            visitor,
            who,
            person,
            paths | _dossier_paths(delegation_id, dossiers) | await _colleague_paths(runtime),
            (account_id, *ids),
            dossier_path(delegation_id, dossiers.confidential),
            f"/organisme/dossiers/{dossiers.draft}",
        )


async def _who(runtime: Runtime, role: str, person: Person) -> Person | InventedAgent | None:
    if role in (TITULAIRE, AWAITING, BEFORE_TERMS):
        return person
    if role == ANOTHER:
        other = Person(first_name="Inès", birth_name="Dubois", email="ines@exemple.fr")
        await open_account(runtime, other)
        return other
    if role in EMPLOYERS:
        return await add(runtime, InventedAgent(is_manager=role == MANAGES))
    if role in ORGANISMES:
        siret = ORGANISME_SIRET if role == ADDRESSED else OTHER_ORGANISME_SIRET
        return await add(runtime, organisme_agent(siret=siret))
    return None


async def _enter(visitor: Client, who: Person | InventedAgent) -> None:
    if isinstance(who, InventedAgent):
        await log_in_agent(visitor, who)
    else:
        await log_in(visitor, who)


async def _delegation(
    runtime: Runtime,
    role: str,
    visitor: Client,
    who: Person | InventedAgent | None,
    person_id: UUID,
) -> UUID:
    """The délégation to try: one of their employer, else a running one of another employer."""
    if not isinstance(who, InventedAgent) or role not in EMPLOYERS or role in (WITHOUT, MANAGES):
        found: UUID = await runtime.db.fetchval("SELECT id FROM delegation")
        return found
    desk = Desk(visitor, runtime, who, person_id)
    if role == ENDED:
        return await desk.granted(starts=-9, ends=-1)
    delegation_id = await desk.granted("consulter" if role == CONSULTS else "modifier", ends=1)
    if role == REVOKED:
        await desk.revoked(delegation_id)
    return delegation_id


async def _belongings(
    runtime: Runtime, own: Client, outbox: Outbox, person: Person
) -> dict[str, str]:
    """The titulaire's other resources and their paths."""
    await own.submit(await own.get("/espace/heures"), {"dif": "70"}, action="/espace/heures")
    address = "/espace/informations/courriel"
    typed = {"email": NEW_ADDRESS, "email_confirmation": NEW_ADDRESS, "password": PASSWORD}
    await own.submit(await own.get(address), typed, action=address)
    await own.submit(await own.get("/mot-de-passe-oublie"), {"nir": person.nir})
    await delegation.grant(own, employer_name=EMPLOYER, siret=delegation.OTHER_SIRET)
    await ask_for(runtime, person, SERVICE_ADDRESS)
    await outbox.deliver()
    digest = token_hash(own.http.cookies["compte"])
    form = KeptForm("/espace/heures", "k", [("dif", "33")])
    assert await keep_form(runtime, LoginKind.TITULAIRE, digest, form)
    async with runtime.db.connection() as connection:
        session_id = await connection.fetchval(
            "SELECT id FROM session WHERE token_digest <> $1 LIMIT 1", digest
        )
        delegation_id = await connection.fetchval("SELECT id FROM delegation")
    to_owner = outbox.to(person.email)
    refusal = next(mail.text for mail in to_owner if "/changement-d-adresse/" in mail.text)
    reset = "".join(mail.text for mail in to_owner if "/mot-de-passe/" in mail.text)
    revoking = "/espace/delegations/{}/revoquer"
    ending = "{}/connexions/{}/fermer"
    return {
        revoking.format("{delegation_id:uuid}"): revoking.format(delegation_id),
        **{
            ending.format(space, "{session_id:uuid}"): ending.format(space, session_id)
            for space in ("/espace", "/professionnels/compte")
        },
        "/courriel/{token}": _link(outbox.to(NEW_ADDRESS)[-1].text),
        "/changement-d-adresse/{token}": _link(outbox.to(SERVICE_ADDRESS)[-1].text),
        "/changement-d-adresse/refus/{token}": _link(refusal),
        "/mot-de-passe/{token}": _link(reset),
        "/mot-de-passe/{token}/robustesse": f"{_link(reset)}/robustesse",
    }


async def _colleague_paths(runtime: Runtime) -> dict[str, str]:
    """The paths of the access of an agent whom no visitor is a colleague of."""
    agent = await add(runtime, InventedAgent(siret=OTHER_SIRET, organisation="Quincaillerie"))
    one = "/professionnels/compte/acces/{}"
    return {
        one.format("{colleague_id:uuid}") + rest: one.format(agent.id) + rest
        for rest in ("", "/renvoyer", "/retirer", "/confier", "/reprendre")
    }


@dataclass(frozen=True)
class Dossiers:
    """Drafts, one to delete, one confidential; and dossiers awaiting an organisme's decision."""

    draft: UUID
    deleted: UUID
    confidential: UUID
    submitted: tuple[UUID, ...]


async def _dossiers(runtime: Runtime, person_id: UUID) -> Dossiers:
    await runtime.db.execute(
        """
        INSERT INTO organisation (id, kind, siret, name)
        VALUES ($1, 'organisme', $2, 'Fongecif') ON CONFLICT DO NOTHING
        """,
        UUID(ORGANISME_ID),
        ORGANISME_SIRET,
    )
    contents = complete(UUID(ORGANISME_ID), title=FORMATION)
    hidden = replace(contents, title=CONFIDENTIAL, confidential=True)
    return Dossiers(
        await draft(runtime, person_id, contents),
        await draft(runtime, person_id, contents),
        await draft(runtime, person_id, hidden),
        tuple([await submitted(runtime, person_id, contents) for _ in DECIDED]),
    )


def _dossier_paths(delegation_id: UUID, dossiers: Dossiers) -> dict[str, str]:
    """Paths by route, for the titulaire, an employer and an organisme."""
    person = "/employeur/personnes/{}"
    paths = {
        person.format("{delegation_id:uuid}") + rest: person.format(delegation_id) + rest
        for rest in ("", "/dossiers/nouveau", "/dossiers/simulation")
    }
    bases = {
        "/espace/dossiers/": "/espace/dossiers/",
        "/employeur/personnes/{delegation_id:uuid}/dossiers/": (
            f"/employeur/personnes/{delegation_id}/dossiers/"
        ),
    }
    for route, path in bases.items():
        for action in ("", "/modifier", "/soumettre", "/annuler", "/supprimer"):
            own = dossiers.deleted if action == "/supprimer" else dossiers.draft
            paths[f"{route}{{dossier_id:uuid}}{action}"] = f"{path}{own}{action}"
    desk = "/organisme/dossiers/"
    for actions, own in zip(DECIDED, dossiers.submitted, strict=True):
        for action in actions:
            paths[f"{desk}{{dossier_id:uuid}}{action}"] = f"{desk}{own}{action}"
    return paths


async def _ids(runtime: Runtime) -> list[UUID]:
    rows = await runtime.db.fetch(
        "SELECT id FROM person WHERE id IN (SELECT person_id FROM dossier) "
        "UNION ALL SELECT id FROM password_link UNION ALL SELECT id FROM email_change "
        "UNION ALL SELECT id FROM session UNION ALL SELECT id FROM dossier"
    )
    return [row["id"] for row in rows]


def _link(text: str) -> str:
    found = LINK.search(text)
    assert found, text
    return found[1]
