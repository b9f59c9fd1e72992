"""Declaring DIF hours: undeclared is not 0, the legal limit of 120, the lock, concurrency."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.support.db.rows import run, until_someone_waits
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime

LOCK = """
    INSERT INTO dif_lock (person_id, dossier_number) SELECT id, 'D-2026-000001' FROM person
"""
MOVEMENTS = "SELECT kind, hours FROM movement WHERE balance = 'dif' ORDER BY id"


@pytest.fixture
async def titulaire(client: Client, outbox: Outbox) -> Client:
    """A browser with the person logged in."""
    await register_and_log_in(client, Person(), outbox)
    return client


async def test_undeclared_dif_hours_differ_from_zero(titulaire: Client) -> None:
    assert "non renseignées" in (await titulaire.get("/espace")).text
    await _save(titulaire, "0")
    page = await titulaire.get("/espace")
    assert "non renseignées" not in page.text
    assert "Heures DIF 0 h" in page.text


async def test_the_summary_tells_that_dif_hours_may_be_used_unless_there_are_none(
    titulaire: Client, runtime: Runtime
) -> None:
    said = (
        f"Pour réaliser une formation en {runtime.clock.today().year}, vous pouvez utiliser vos "
        "heures DIF."
    )
    page = await titulaire.get("/espace")
    assert "Heures du compte personnel Heures CPF disponibles 0 h" in page.text
    assert said in page.text
    await _save(titulaire, "0")
    assert said not in (await titulaire.get("/espace")).text
    await _save(titulaire, "80")
    assert said in (await titulaire.get("/espace")).text


async def test_the_page_tells_what_to_keep_and_the_law_s_last_day(titulaire: Client) -> None:
    page = await titulaire.get("/espace/heures")
    assert (
        "Gardez ce document : l’organisme vous le demandera pour valider votre premier dossier."
    ) in page.text
    assert (
        "Vos heures DIF peuvent être utilisées jusqu’au 31 décembre 2020 (loi n° 2014-288 du 5 "
        "mars 2014, article 1er, V)."
    ) in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Saisissez le nombre d’heures"),
        ("-1", "ne peut pas être négatif"),
        ("12,5", "entier"),
        ("beaucoup", "en chiffres"),
        ("1001", "dépasse 1 000 heures"),
        ("9" * 400, "en chiffres"),
    ],
)
async def test_a_refused_number_is_explained_and_kept(
    titulaire: Client, runtime: Runtime, typed: str, sentence: str
) -> None:
    page = await _save(titulaire, typed)
    assert page.status == 422
    assert sentence in page.error_of("dif")
    assert page.values("/espace/heures")["dif"] == typed
    assert await _movements(runtime) == []


async def test_above_the_law_a_confirmation_is_asked_which_is_no_error(
    titulaire: Client, runtime: Runtime
) -> None:
    await _save(titulaire, "120")
    page = await _save(titulaire, "121")
    assert page.status == 200
    assert page.title == "Mon compte d’heures – Compte Formation"
    assert "120 heures au plus. Rien n’est encore enregistré" in page.text
    assert page.dom is not None
    (box,) = (node for node in page.dom.iter("input") if node.get("name") == "confirmed")
    assert box.get("autofocus") is not None
    assert box.get("aria-describedby") == "confirmed-hint"
    assert await _movements(runtime) == [("dif_declared", 120)]
    page = await titulaire.submit(page, {"confirmed": "y"}, action="/espace/heures")
    assert page.status == 200
    assert await _movements(runtime) == [("dif_declared", 120), ("dif_corrected", 1)]


async def test_a_confirmation_that_was_asked_and_not_given_is_an_error(
    titulaire: Client, runtime: Runtime
) -> None:
    page = await _save(titulaire, "150")
    page = await titulaire.submit(page, {}, action="/espace/heures")
    assert page.status == 422
    assert "Cochez la case pour confirmer ce nombre" in page.error_of("confirmed")
    assert page.values("/espace/heures")["dif"] == "150"
    assert await _movements(runtime) == []
    page = await titulaire.submit(page, {"dif": "100"}, action="/espace/heures")
    assert await _movements(runtime) == [("dif_declared", 100)]


async def test_the_ledger_tells_every_change_and_no_change_adds_nothing(
    titulaire: Client, runtime: Runtime
) -> None:
    for typed in ("80", "40", "40", "80"):
        await _save(titulaire, typed)
    expected = [("dif_declared", 80), ("dif_corrected", -40), ("dif_corrected", 40)]
    assert await _movements(runtime) == expected
    assert "− 40 h" in (await titulaire.get("/espace/heures")).text


async def test_the_same_save_five_times_at_once_is_one_movement(
    titulaire: Client, runtime: Runtime
) -> None:
    page = await titulaire.get("/espace/heures")
    values = {**page.values("/espace/heures"), "dif": "80"}
    saves = (titulaire.post("/espace/heures", values, follow=False) for _ in range(5))
    assert {page.status for page in await asyncio.gather(*saves)} == {303}
    assert await _movements(runtime) == [("dif_declared", 80)]


async def test_a_locked_account_says_why_and_keeps_its_hours(
    titulaire: Client, runtime: Runtime
) -> None:
    await _save(titulaire, "80")
    page = await titulaire.get("/espace/heures")
    values = {**page.values("/espace/heures"), "dif": "90"}
    await runtime.db.execute(LOCK)
    page = await titulaire.post("/espace/heures", values)
    assert page.status == 409
    assert "n’est plus modifiable" in page.text
    assert "D-2026-000001" in (await titulaire.get("/espace/heures")).text
    assert await _movements(runtime) == [("dif_declared", 80)]


async def test_a_save_against_a_validation_has_one_order(
    titulaire: Client, runtime: Runtime
) -> None:
    page = await titulaire.get("/espace/heures")
    values = {**page.values("/espace/heures"), "dif": "80"}
    async with runtime.db.transaction() as validation:
        await validation.execute("SELECT 1 FROM person FOR UPDATE")
        save = asyncio.create_task(titulaire.post("/espace/heures", values))
        await until_someone_waits(runtime)
        await validation.execute(LOCK)
    page = await save
    assert page.status == 409
    assert await _movements(runtime) == []


async def test_in_place_the_fragment_says_it_is_saved(titulaire: Client) -> None:
    page = await titulaire.get("/espace/heures")
    fields = {"dif": "80"}
    part = await titulaire.submit(page, fields, action="/espace/heures", htmx=True)
    assert part.status == 200
    assert "<html" not in part.html
    assert "Solde DIF enregistré" in part.text


@pytest.mark.parametrize("sql", ["UPDATE movement SET hours = 0", "DELETE FROM movement"])
async def test_the_ledger_only_grows(titulaire: Client, runtime: Runtime, sql: str) -> None:
    await _save(titulaire, "80")
    with pytest.raises(Exception, match="only grows"):
        await run(runtime, sql)


async def _save(client: Client, typed: str) -> Page:
    page = await client.get("/espace/heures")
    return await client.submit(page, {"dif": typed}, action="/espace/heures")


async def _movements(runtime: Runtime) -> list[tuple[str, int]]:
    return [(row["kind"], row["hours"]) for row in await runtime.db.fetch(MOVEMENTS)]


@pytest.mark.parametrize(
    ("browser", "address"),
    [
        ("Links (2.28; Linux 6.1 x86_64; GNU C 12.2; text)", r"/espace/heures\?vu=[\w-]{8}"),
        ("ELinks/0.16 (textmode; Linux)", "/espace/heures"),
    ],
)
async def test_links_is_sent_to_a_page_that_its_cache_does_not_hold(
    titulaire: Client, browser: str, address: str
) -> None:
    """After a POST it shows again the page that it has of a URL, `no-store` or not."""
    titulaire.http.headers["User-Agent"] = browser
    page = await titulaire.get("/espace/heures")
    answer = await titulaire.submit(page, {"dif": "80"}, action="/espace/heures", follow=False)
    assert answer.status == 303
    assert re.fullmatch(address, answer.location)
    assert "est enregistré." in (await titulaire.get(answer.location)).text
