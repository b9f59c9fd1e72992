"""The pages of the RGAA sample, each opened with an account that may, and their contents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID
from xml.etree.ElementTree import Element

from starlette.applications import Starlette

from tests.support.desks.agents import InventedAgent, add, log_in_agent, organisme_agent
from tests.support.http.client import Client, Page
from tests.support.titulaires import journey
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from tests.support.training import delegations
from tests.support.training.dossiers import (
    agent_of,
    complete,
    draft,
    give_hours,
    person_of,
    step,
    submitted,
)
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts
from web.home.accessibility import ASSESSMENT, SamplePage

TYPED = ("input", "select", "textarea")


async def open_sample(app: Starlette) -> AsyncIterator[tuple[SamplePage, Page]]:
    """Open each page of the sample, with data to show."""
    runtime: Runtime = app.state.runtime
    async with AsyncExitStack() as stack:

        async def browser() -> Client:
            return await stack.enter_async_context(Client(app))

        registrant = await browser()
        await journey.to_validation(registrant, Person())
        organisme = await add(runtime, organisme_agent())
        employer = await add(runtime, InventedAgent())
        newcomer = await browser()
        await journey.to_identity(newcomer)
        titulaire, ids = await _titulaire(runtime, await browser(), organisme, employer)
        browsers = {
            "": await browser(),
            "inscription": registrant,
            "titulaire": titulaire,
            "organisme": await browser(),
            "employeur": await browser(),
        }
        await log_in_agent(browsers["organisme"], organisme)
        await log_in_agent(browsers["employeur"], employer)
        for page in ASSESSMENT.pages:
            path = page.address.replace("…", str(ids.get(page.opened_by)))
            client = newcomer if page.name == "signup-identity" else browsers[page.opened_by]
            opened = await client.get(path, follow=False)
            assert opened.status == 200, page.name
            yield page, opened


async def _titulaire(
    runtime: Runtime, client: Client, organisme: InventedAgent, employer: InventedAgent
) -> tuple[Client, dict[str, UUID]]:
    """Log in a titulaire with hours, dossiers and a délégation.

    Return the dossier whose page each opens: one sent back, one to decide on.
    """
    person = Person(birth_name="Échantillon", email="echantillon@exemple.fr")
    person_id = await person_of(runtime, await open_account(runtime, person))
    await give_hours(runtime, person_id, dif=15, cpf=20)
    assert organisme.organisation_id is not None
    contents = complete(organisme.organisation_id)
    await draft(runtime, person_id, contents)
    ids = {who: await submitted(runtime, person_id, contents) for who in ("titulaire", "organisme")}
    reason = Facts(reason="Il manque le devis.")
    await step(runtime, ids["titulaire"], Event.SEND_BACK, agent_of(contents), reason)
    await journey.log_in(client, person)
    await delegations.grant(client, siret=employer.siret)
    return client, ids


def contents_of(page: Page) -> frozenset[str]:
    """The kinds of content of a page that decide which criteria of RGAA apply to it."""
    assert page.dom is not None
    parents = {child: parent for parent in page.dom.iter() for child in parent}
    found = {name for node in page.dom.iter() for name in _names(node, parents)}
    return frozenset(found)


def _names(node: Element, parents: dict[Element, Element]) -> set[str]:
    above = _above(node, parents)
    if any(one.get("aria-hidden") == "true" for one in (node, *above)):
        return {"icône"} if node.tag == "svg" else set()
    inside = {one.get("id") for one in above}
    is_field = node.tag in TYPED and node.get("type") not in ("hidden", "submit")
    is_form = node.tag == "form" and node.get("method") == "post"
    return {
        name
        for name, holds in {
            "captcha": node.tag == "img" and "controle" in inside,
            "image": node.tag == "img" and "controle" not in inside,
            "graphique": node.tag == "svg",
            "son": node.tag == "audio",
            "tableau": node.tag == "table",
            "citation": node.tag == "blockquote",
            "lien": node.tag == "a" and above[:1] != [] and _is_in_text(node, above[0]),
            "champ": is_field,
            "obligatoire": node.get("aria-required") == "true",
            "groupe": node.tag == "fieldset",
            "bouton": node.tag == "button",
            "envoi": is_form and not (node.get("action") or "").endswith("/deconnexion"),
            "personnel": is_field and node.get("autocomplete") not in (None, "off"),
            "repli": node.tag == "details",
            "délai": node.get("id") == "session",
            "fenêtre": node.get("target") == "_blank",
        }.items()
        if holds
    }


def _above(node: Element, parents: dict[Element, Element]) -> list[Element]:
    found = []
    while (parent := parents.get(node)) is not None:
        found.append(parent)
        node = parent
    return found


def _is_in_text(link: Element, around: Element) -> bool:
    """Return whether a link stands in a sentence, where colour alone could mark it."""
    words = "".join(around.itertext()).split()
    return around.tag in ("p", "li", "dd", "td") and words != "".join(link.itertext()).split()
