"""The return of the owner of a closed account."""

from __future__ import annotations

from tests.former.closed_account import CONFIDENTIAL, REASON, Left
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import Person

RESTORED = "Dossiers et historique d’un ancien compte retrouvés"
NEW_MAILBOX = "zoe.ailleurs@exemple.fr"


def with_another_mailbox(owner: Person, **changes: str) -> Person:
    """The owner, with another address."""
    names = {"first_name": owner.first_name, "birth_name": owner.birth_name, **changes}
    return Person(nir=owner.nir, email=NEW_MAILBOX, **names)


async def return_with(client: Client, person: Person, outbox: Outbox) -> Page:
    """Register and log in, with all mails sent; return the history."""
    await register_and_log_in(client, person, outbox)
    await outbox.deliver()
    return await client.get("/espace/historique")


async def everything_is_back(space: Client, left: Left) -> bool:
    """Return whether dossiers, reason, délégation and history are restored."""
    page = await space.get(f"/espace/dossiers/{left.sent_back}")
    if page.status != 200:
        return False
    paths = ("/espace/historique", "/espace/dossiers", "/espace/delegations")
    shown = "".join([(await space.get(path)).text for path in paths])
    assert CONFIDENTIAL in page.text
    assert REASON in page.text
    for secret in ("Compte fermé", "Verrerie Canarienne", left.secrets["number held"]):
        assert secret in shown
    return True
