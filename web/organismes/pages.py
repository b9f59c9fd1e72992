"""Access to a dossier for the organisme it is addressed to; any other gets a 404."""

from __future__ import annotations

from dataclasses import dataclass

from web.agents.guard import admit_agents, get_agent
from web.core.http.request import Handler, Request
from web.dossiers.access import Author
from web.dossiers.reading.pages import id_of, or_404
from web.dossiers.reading.service import get_dossier
from web.dossiers.reading.views import DossierView, view_of
from web.dossiers.records import AccountOf
from web.people.history.events import Actor
from web.people.identity import ACCOUNT_IDENTITY, Identity


@dataclass(frozen=True)
class AddressedDossier:
    """The dossier's view, and its person: None once they have closed their account.

    `is_unreadable`: they have an account, whose identity cannot be decrypted. Nothing is decided
    about someone whom neither the agent nor the mails can name.
    """

    view: DossierView
    person: Identity | None
    is_unreadable: bool


def organismes_only(handler: Handler) -> Handler:
    """Admit organismes' agents only; answer 404 for a dossier not addressed to theirs."""
    return admit_agents("organisme")(or_404(handler))


def author_of(request: Request) -> Author:
    """Return the organisme of the signed-in agent as an author."""
    agent = get_agent(request)
    return Author.organisme(agent.organisation_id, agent.organisation_name, request.device)


async def get_addressed(request: Request) -> AddressedDossier:
    """Return the dossier of the path. Raises DossierGoneError if it is addressed elsewhere."""
    runtime = request.runtime
    found = await get_dossier(runtime, id_of(request), author_of(request), with_account=True)
    view = view_of(found, runtime.vault, Actor.ORGANISME)
    person = _person(request, found.account)
    return AddressedDossier(view, person, person is None and found.account is not None)


def _person(request: Request, account: AccountOf | None) -> Identity | None:
    if account is None:
        return None
    return ACCOUNT_IDENTITY.read(request.runtime.vault, account.identity, id=account.id)
