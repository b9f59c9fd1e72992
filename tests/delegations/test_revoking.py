"""The list of délégations in each state, and revocation."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from tests.support.db.rows import run, value
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of
from tests.support.titulaires.people import Person
from tests.support.training.delegations import URL, day, grant
from web.core.runtime import Runtime

REVOKED = "SELECT count(*) FROM delegation WHERE revoked_at IS NOT NULL"
EVENT = "delegation_revoked: SIRET\u00a0732\u00a0829\u00a0320\u00a000074"


async def revocation_of_the_newest(runtime: Runtime) -> str:
    """The path of the revocation page of the newest délégation."""
    newest: UUID = await value(runtime, "SELECT id FROM delegation ORDER BY granted_at DESC")
    return f"{URL}/{newest}/revoquer"


async def revoke(client: Client, path: str) -> Page:
    return await client.submit(await client.get(path), action=path)


async def test_each_state_has_its_words(space: Client, runtime: Runtime) -> None:
    for name, starts_on, ends_on in (
        ("Demain SARL", day(1), ""),
        ("Aujourd’hui SA", day(0), day(0)),
        ("Sans Fin", day(0), ""),
    ):
        # A SIRET for each: periods would overlap otherwise.
        siret = {"D": "73282932000074", "A": "55210055400013", "S": "44306184100047"}[name[0]]
        await grant(space, employer_name=name, siret=siret, starts_on=starts_on, ends_on=ends_on)
    await run(
        runtime,
        "UPDATE delegation SET used_on = starts_on WHERE employer_name = 'Sans Fin'",
    )
    page = await space.get(URL)
    assert "Dernière utilisation le" in page.text
    assert "seulement" in page.text
    live, _, to_come = page.text.partition("À venir")
    assert "Aujourd’hui SA" in live
    assert "Sans Fin" in live
    assert "Demain SARL" in to_come

    await run(runtime, "UPDATE delegation SET starts_on = starts_on - 9, ends_on = ends_on - 1")
    await revoke(space, await revocation_of_the_newest(runtime))
    before, _, over = (await space.get(URL)).text.partition("Passées")
    assert "Demain SARL" in before
    assert "À venir" not in before
    assert "Aujourd’hui SA" in over
    assert "arrivée à échéance" in over
    assert "Sans Fin" in over
    assert "révoquée le" in over


async def test_revoking_is_confirmed_then_told_everywhere(
    space: Client, runtime: Runtime, outbox: Outbox, person: Person
) -> None:
    """6.3.7."""
    await grant(space)
    path = await revocation_of_the_newest(runtime)
    page = await space.get(path)
    assert "L’effet est immédiat" in page.text
    assert await value(runtime, REVOKED) == 0
    page = await space.submit(page, action=path)
    assert page.url == URL
    assert "elle ne donne plus accès à votre compte" in page.text
    assert await value(runtime, REVOKED) == 1
    assert await events_of(runtime, "delegation_revoked") == [EVENT]
    history = await space.get("/espace/historique?type=delegations")
    assert "Délégation révoquée (SIRET 732 829 320 00074)" in history.text
    await outbox.deliver()
    mail = outbox.to(person.email)[-1]
    assert mail.subject == "Une de vos délégations est révoquée"
    assert "Ateliers du Lac" in mail.text


async def test_five_presses_at_once_revoke_once(
    space: Client, runtime: Runtime, outbox: Outbox
) -> None:
    await grant(space)
    path = await revocation_of_the_newest(runtime)
    values = (await space.get(path)).values(path)
    answers = await asyncio.gather(*(space.post(path, values, follow=False) for _ in range(5)))
    assert {page.status for page in answers} == {303}
    assert await events_of(runtime, "delegation_revoked") == [EVENT]
    await outbox.deliver()
    assert len(outbox.peer.received) == 2


async def test_an_ended_delegation_says_so_and_cannot_be_revoked(
    space: Client, runtime: Runtime
) -> None:
    await grant(space)
    path = await revocation_of_the_newest(runtime)
    values = (await space.get(path)).values(path)
    await run(runtime, "UPDATE delegation SET starts_on = starts_on - 9, ends_on = starts_on - 1")
    page = await space.get(path)
    assert "Cette délégation est terminée" in page.text
    assert f'action="{path}"' not in page.html
    assert "était déjà terminée" in (await space.post(path, values)).text
    assert await value(runtime, REVOKED) == 0


async def test_nobody_sees_or_revokes_another_person_s(
    space: Client, stranger: Client, runtime: Runtime
) -> None:
    await grant(space)
    path = await revocation_of_the_newest(runtime)
    values = (await space.get(path)).values(path)
    own = (await stranger.get(f"{URL}/nouvelle")).values(f"{URL}/nouvelle")
    assert (await stranger.get(path)).status == 404
    assert (await stranger.post(path, values | own)).status == 404
    assert "Ateliers" not in (await stranger.get(URL)).text
    assert await value(runtime, REVOKED) == 0
    unknown = f"{URL}/{uuid4()}/revoquer"
    assert (await space.get(unknown)).status == 404
    assert (await space.post(unknown, values)).status == 404
