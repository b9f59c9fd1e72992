"""The steps from the terms to the hours, each reopened after a kill."""

from __future__ import annotations

from tests.support.http.client import Page
from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.processes import RemoteClient, until
from tests.support.titulaires.journey import LINK
from tests.support.titulaires.people import Person
from web.people.terms import TERMS_VERSION

STEPS = ("terms", "identity", "password", "validation", "activation", "login", "hours")


async def link_to(peer: ScriptedPeer, person: Person, number: int = 1) -> str:
    async def arrived() -> bool:
        return len(peer.to(person.email)) >= number

    await until(arrived, "the mail")
    found = LINK.search(peer.to(person.email)[-1].part("plain"))
    assert found
    return found[1]


async def open_step(client: RemoteClient, peer: ScriptedPeer, person: Person, step: str) -> Page:
    """Reopen the current step after a kill."""
    urls = {
        "terms": "/inscription/conditions",
        "identity": "/inscription/identite",
        "password": "/inscription/mot-de-passe",
        "validation": "/inscription/validation",
        "login": "/connexion",
        "hours": "/espace/heures",
    }
    return await client.get(urls.get(step) or await link_to(peer, person))


def typed(person: Person, step: str) -> dict[str, str]:
    return {
        "terms": {"version": TERMS_VERSION, "accepted": "y"},
        "identity": person.identity(),
        "password": {"password": person.password, "password_confirmation": person.password},
        "login": {"nir": person.nir, "password": person.password},
        "hours": {"dif": "80"},
    }.get(step, {})
