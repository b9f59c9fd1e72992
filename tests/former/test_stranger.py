"""A stranger who registers with a known number gets the hours, and none of the records."""

from __future__ import annotations

from datetime import date

import pytest

from tests.former.closed_account import (
    FORMER,
    REASON,
    VALIDATED,
    Left,
    close,
    desk,
    everything,
    fill,
)
from tests.support.db.rows import value
from tests.support.desks.agents import InventedAgent
from tests.support.desks.desk import dossier_path
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import activation_path, register_and_log_in, to_waiting
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import agent_of, complete, draft, find, step
from tests.support.training.feeding import EMPLOYERS, as_file, feed_credits
from web.core.cli.progress import FileProgress
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts
from web.feed.yearly.service import apply_feed

LINK = "/espace/ancien-compte/"


@pytest.fixture
async def other(owner: Person) -> Person:
    """Someone who knows the number."""
    return Person(
        nir=owner.nir, first_name="Mireille", birth_name="Curieuse", email="mireille@exemple.fr"
    )


async def test_a_stranger_gets_the_hours_and_reads_nothing_else(
    stranger: Client, runtime: Runtime, left: Left, other: Person, outbox: Outbox
) -> None:
    """8.2.2: knowing a number discloses no dossier, reason or history."""
    page = await register_and_log_in(stranger, other, outbox)
    assert "18 h" in page.text, "24 of CPF and 10 of DIF, less the 16 that are held"
    assert left.told_in(await everything(stranger, runtime, left)) == set()
    for dossier_id in left.dossiers:
        url = f"/espace/dossiers/{dossier_id}"
        for path in ("", "/modifier", "/soumettre", "/annuler", "/supprimer"):
            assert (await stranger.get(url + path)).status == 404
        for path in ("/modifier", "/soumettre", "/annuler", "/supprimer"):
            values = (await stranger.get(FORMER)).values() | {"revision": "2", "consent": "y"}
            assert (await stranger.post(url + path, values)).status in (404, 422)
    assert await value(runtime, "SELECT count(*) FROM dossier") == 3


async def test_the_hours_say_in_words_what_holds_some_of_them(
    stranger: Client, runtime: Runtime, left: Left, other: Person, outbox: Outbox
) -> None:
    await register_and_log_in(stranger, other, outbox)
    page = await stranger.get("/espace/heures")
    assert (
        "Un ancien compte ouvert avec votre numéro a réservé 16 h pour une formation" in page.text
    )
    assert "Un dossier d’un ancien compte ouvert avec votre numéro a été validé" in page.text
    assert page.text.count("Ancien compte") >= 2, "the movements of DIF and of CPF"


async def test_the_grantor_of_exceptional_hours_is_not_shown_to_a_stranger(
    stranger: Client,
    runtime: Runtime,
    left: Left,
    owner: Person,
    other: Person,
    outbox: Outbox,
) -> None:
    given = ("abondement-employeur", 40, "2016-05-02", "Verrerie du Lac", "VL-0042")
    await feed_credits(runtime, [(owner.nir, *given)])
    await register_and_log_in(stranger, other, outbox)
    page = await stranger.get("/espace/heures")
    assert "Crédit exceptionnel Ancien compte + 40 h" in page.text
    shown = await everything(stranger, runtime, left)
    assert "Verrerie du Lac" not in shown
    assert "VL-0042" not in shown
    since = ("correctif", 100, "2016-06-02", "Cristallerie", "CR-1")
    await feed_credits(runtime, [(owner.nir, *since)])
    assert "accordé par Cristallerie" in (await stranger.get("/espace/heures")).text


async def test_later_steps_of_the_old_dossiers_stay_hidden(
    stranger: Client,
    runtime: Runtime,
    left: Left,
    other: Person,
    agent: InventedAgent,
    outbox: Outbox,
) -> None:
    """A later decision of an organisme belongs to the dossier, not to the new registrant."""
    await register_and_log_in(stranger, other, outbox)
    await outbox.deliver()
    outbox.peer.received.clear()
    assert agent.organisation_id
    author = agent_of(complete(agent.organisation_id), agent.organisation)
    await step(runtime, left.held, Event.ABANDON, author, Facts(followed=6))
    await step(runtime, left.waiting, Event.REFUSE, author, Facts(reason=REASON))
    await outbox.deliver()
    assert outbox.peer.received == [], "no mail to someone who cannot see the dossier"
    assert left.told_in(await everything(stranger, runtime, left)) == set()
    page = await stranger.get("/espace/heures")
    assert "a réservé" not in page.text, "10 hours are free again, 6 are used"
    summary = (await stranger.get("/espace")).text
    assert "24 h" in summary
    assert "4 h" in summary


async def test_the_organisme_keeps_its_dossiers_and_is_not_told_who_registered(
    stranger: Client,
    organisme: Client,
    left: Left,
    other: Person,
    outbox: Outbox,
) -> None:
    await register_and_log_in(stranger, other, outbox)
    queue = await organisme.get("/organisme")
    assert left.secrets["number held"] in queue.text
    page = await organisme.get(f"/organisme/dossiers/{left.held}")
    assert page.status == 200
    assert VALIDATED in page.text
    assert "Cette personne a fermé son compte" in page.text
    for theirs in (other.first_name, other.birth_name, other.email):
        assert theirs not in page.html


async def test_an_employer_of_the_new_account_sees_its_dossiers_only(
    stranger: Client,
    runtime: Runtime,
    left: Left,
    other: Person,
    employer: tuple[Client, InventedAgent],
    agent: InventedAgent,
    outbox: Outbox,
) -> None:
    await register_and_log_in(stranger, other, outbox)
    assert agent.organisation_id
    mine = await draft(
        runtime, left.person_id, complete(agent.organisation_id, title="Taille du cristal")
    )
    one = desk(employer, runtime, left)
    delegation_id = await one.granted()
    page = await one.browser.get(f"/employeur/personnes/{delegation_id}")
    assert "Taille du cristal" in page.text
    assert left.told_in(page.html) == set()
    for dossier_id in left.dossiers:
        assert (await one.browser.get(dossier_path(delegation_id, dossier_id))).status == 404
    assert (await one.browser.get(dossier_path(delegation_id, mine))).status == 200


async def test_registering_and_closing_again_gains_nothing(
    stranger: Client, runtime: Runtime, left: Left, other: Person, outbox: Outbox
) -> None:
    """Their mailbox and names prove only their own account."""
    for _ in range(2):
        await register_and_log_in(stranger, other, outbox)
        await close(stranger, other)
    await register_and_log_in(stranger, other, outbox)
    mine = await stranger.get("/espace/historique")
    assert mine.text.count("Compte fermé") == 2
    assert mine.text.count("ancien compte retrouvés") == 2
    del left.secrets["closed"]
    assert left.told_in(await everything(stranger, runtime, left)) == set()
    assert "ne sont pas encore affichés" in mine.text


async def test_an_earlier_holder_gets_nothing_of_a_later_one(
    stranger: Client,
    client: Client,
    runtime: Runtime,
    owner: Person,
    other: Person,
    agent: InventedAgent,
    outbox: Outbox,
) -> None:
    """The mailbox of an earlier account gives no access to a later one's records."""
    await register_and_log_in(stranger, other, outbox)
    await close(stranger, other)
    await register_and_log_in(client, owner, outbox)
    left = await fill(runtime, agent)
    await close(client, owner)
    await register_and_log_in(stranger, other, outbox)
    page = await stranger.get("/espace/historique")
    assert page.text.count("Compte fermé") == 1, "their own"
    del left.secrets["closed"]
    assert left.told_in(await everything(stranger, runtime, left)) == set()


async def test_nothing_tells_of_the_closed_account_before_activation(
    stranger: Client, left: Left, other: Person, outbox: Outbox
) -> None:
    page = await to_waiting(stranger, other)
    assert "ancien" not in page.text
    await outbox.deliver()
    assert [mail.recipient for mail in outbox.peer.received] == [other.email]
    page = await stranger.get(activation_path(outbox, other))
    assert "ancien" not in page.text


async def test_hours_of_someone_who_never_registered_are_all_there_is(
    stranger: Client, runtime: Runtime, other: Person, outbox: Outbox
) -> None:
    file = as_file([(other.nir, 2015, EMPLOYERS[0], 1607, "")])
    with FileProgress(0, 0) as telling:
        await apply_feed(
            runtime.settings.direct_url, runtime.hasher, file, date(2016, 3, 1), telling
        )
    page = await register_and_log_in(stranger, other, outbox)
    assert "24 h" in page.text
    assert "ne sont pas encore affichés" not in page.text
    assert "Il n’y a pas d’ancien compte" in (await stranger.get(FORMER)).text


async def test_a_link_to_nothing_says_so(
    stranger: Client, left: Left, other: Person, outbox: Outbox
) -> None:
    await register_and_log_in(stranger, other, outbox)
    for token in ("x", "a" * 43):
        page = await stranger.get(f"{LINK}{token}")
        assert page.status == 404
        assert "Ce lien n’est pas reconnu" in page.text


async def test_the_dossier_is_found_seen_or_not_by_its_own_life(
    client: Client, runtime: Runtime, left: Left, owner: Person, other: Person, outbox: Outbox
) -> None:
    await register_and_log_in(client, other, outbox)
    assert not (await find(runtime, left.held)).is_seen
    await close(client, other)
    await register_and_log_in(client, owner, outbox)
    assert (await find(runtime, left.held)).is_seen
