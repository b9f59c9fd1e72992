"""One titulaire with something to hide, and everyone who may come to their door."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from starlette.applications import Starlette

from tests.delegations import typing_in as delegation
from tests.profile.accounts import open_account
from tests.support.client import Client
from tests.support.journey import log_in
from tests.support.outbox import Outbox
from tests.support.people import PASSWORD, Person
from web.accounts.kept_forms import KeptForm, keep_form
from web.core.runtime import Runtime
from web.core.tokens import token_hash

LOGGED_OUT, IDLE, TOO_LONG = "logged out", "idle too long", "open too long"
ANOTHER, TITULAIRE = "another titulaire", "the titulaire"
OUTSIDERS = (LOGGED_OUT, IDLE, TOO_LONG)
# How a session gets old: 30 minutes without action, 12 hours in all.
AGEING = {
    IDLE: "UPDATE session SET last_seen_at = now() - interval '31 minutes'",
    TOO_LONG: "UPDATE session SET created_at = now() - interval '721 minutes'",
}
NEW_ADDRESS = "neuve@exemple.fr"
EMPLOYER = "Verrerie Canarienne"
FORMATION = "Soufflage canarien"
ORGANISME_ID = "0198c0de-0000-7000-8000-00000000f0f0"
LINK = re.compile(r"https?://[^\s/]+(/[a-z-]+/[A-Za-z0-9_-]{43})")
TABLES = "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
# Tables that a visitor may touch: each page touches its own session, a session that ended is
# forgotten by a logout, and what it still sends is kept for its owner.
MAY_CHANGE = {
    TITULAIRE: ("session",),
    IDLE: ("session", "kept_form"),
    TOO_LONG: ("session", "kept_form"),
}


@dataclass
class World:
    """A titulaire, what is theirs, and who visits."""

    runtime: Runtime
    role: str
    visitor: Client
    # Who the visitor is, when they log in.
    who: Person | None
    person: Person
    # Paths of their own things, by the route that leads there.
    paths: Mapping[str, str]
    ids: tuple[UUID, ...]

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no page says to anyone else."""
        return (
            self.person.first_name,
            self.person.birth_name,
            self.person.email,
            self.person.nir,
            EMPLOYER,
            FORMATION,
        )

    async def come_back(self) -> None:
        """Log in again after logging out, with the password the account was opened with."""
        if self.who is None or (await self.visitor.get("/espace", follow=False)).status == 200:
            return
        await log_in(self.visitor, self.who)

    async def rows(self) -> dict[str, list[str]]:
        """Every row that names them or what is theirs, but for what this visitor may touch."""
        found = {}
        but = MAY_CHANGE.get(self.role, ())
        async with self.runtime.db.connection() as connection:
            for name in [row["name"] for row in await connection.fetch(TABLES)]:
                if name not in but:
                    rows = await connection.fetch(
                        f"SELECT t::text AS row FROM {name} t "
                        "WHERE t::text LIKE ANY ($1::text[]) ORDER BY 1",
                        [f"%{one}%" for one in self.ids],
                    )
                    found[name] = [row["row"] for row in rows]
        return found


@asynccontextmanager
async def world(app: Starlette, outbox: Outbox, role: str) -> AsyncIterator[World]:
    """Everything is there: sessions, an e-mail change and a password link that wait, a form."""
    runtime: Runtime = app.state.runtime
    person = Person(first_name="Philomène", birth_name="Canarienne", email="philo@canari.example")
    account_id = await open_account(runtime, person)
    async with (
        Client(app) as own,
        Client(app) as phone,
        Client(app) as tablet,
        Client(app, address="203.0.113.9") as other,
    ):
        for browser in (own, phone, tablet):
            await log_in(browser, person)
        paths, ids = await _belongings(runtime, own, outbox, person)
        visitor = own if role in (IDLE, TOO_LONG, TITULAIRE) else other
        who = person if role == TITULAIRE else None
        if role in AGEING:
            async with runtime.db.connection() as connection:
                await connection.execute(AGEING[role])
        if role == ANOTHER:
            who = Person(first_name="Inès", birth_name="Dubois", email="ines@exemple.fr")
            await open_account(runtime, who)
            await log_in(visitor, who)
        yield World(runtime, role, visitor, who, person, paths, (account_id, *ids))


async def _belongings(
    runtime: Runtime, own: Client, outbox: Outbox, person: Person
) -> tuple[dict[str, str], list[UUID]]:
    await own.submit(await own.get("/espace/heures"), {"dif": "70"}, action="/espace/heures")
    address = "/espace/informations/courriel"
    typed = {"email": NEW_ADDRESS, "email_confirmation": NEW_ADDRESS, "password": PASSWORD}
    await own.submit(await own.get(address), typed, action=address)
    await own.submit(await own.get("/mot-de-passe-oublie"), {"nir": person.nir})
    await delegation.grant(own, employer_name=EMPLOYER, siret=delegation.OTHER_SIRET)
    dossier, other_dossier = await _dossiers(runtime, own)
    await outbox.deliver()
    digest = token_hash(own.http.cookies["compte"])
    form = KeptForm("/espace/heures", "k", [("dif", "33")])
    assert await keep_form(runtime, digest, form)
    async with runtime.db.connection() as connection:
        session_id = await connection.fetchval(
            "SELECT id FROM session WHERE token_digest <> $1 LIMIT 1", digest
        )
        delegation_id = await connection.fetchval("SELECT id FROM delegation")
        ids = [
            row["id"]
            for row in await connection.fetch(
                "SELECT id FROM person UNION ALL SELECT id FROM password_reset "
                "UNION ALL SELECT id FROM email_change UNION ALL SELECT id FROM session "
                "UNION ALL SELECT id FROM dossier"
            )
        ]
    reset = "".join(mail.text for mail in outbox.to(person.email) if "/mot-de-passe/" in mail.text)
    revoking = "/espace/delegations/{}/revoquer"
    in_dossier = "/espace/dossiers/{}"
    paths = {
        in_dossier.format("{dossier_id:uuid}") + action: in_dossier.format(dossier) + action
        for action in ("", "/modifier", "/soumettre", "/annuler")
    } | {
        in_dossier.format("{dossier_id:uuid}/supprimer"): in_dossier.format(
            f"{other_dossier}/supprimer"
        ),
        revoking.format("{delegation_id:uuid}"): revoking.format(delegation_id),
        "/espace/connexions/{session_id:uuid}/fermer": f"/espace/connexions/{session_id}/fermer",
        "/courriel/{token}": _link(outbox.to(NEW_ADDRESS)[-1].text),
        "/mot-de-passe/{token}": _link(reset),
        "/mot-de-passe/{token}/robustesse": f"{_link(reset)}/robustesse",
    }
    return paths, ids


async def _dossiers(runtime: Runtime, own: Client) -> list[UUID]:
    """Two drafts: one to be deleted, one for all the rest."""
    async with runtime.db.connection() as connection:
        await connection.execute(
            """
            INSERT INTO organisation (id, kind, siret, name)
            VALUES ($1, 'organisme', '55210055400013', 'Fongecif') ON CONFLICT DO NOTHING
            """,
            UUID(ORGANISME_ID),
        )
    new = "/espace/dossiers/nouveau"
    for _ in range(2):
        await own.submit(await own.get(new), {"title": FORMATION}, action=new)
    async with runtime.db.connection() as connection:
        rows = await connection.fetch("SELECT id FROM dossier ORDER BY created_at")
    return [row["id"] for row in rows]


def _link(text: str) -> str:
    found = LINK.search(text)
    assert found, text
    return found[1]
