"""Granting a délégation in two steps; the second shows what the employer will see."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.db.rows import column, run, value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of
from tests.support.titulaires.people import Person
from tests.support.training.delegations import (
    GRANT,
    NEW,
    SIRET,
    URL,
    day,
    fields,
    grant,
    to_preview,
)
from web.core.runtime import Runtime

COUNT = "SELECT count(*) FROM delegation"
LIVE = "SELECT count(*) FROM delegation WHERE revoked_at IS NULL"


async def test_before_the_first_one_the_list_says_what_it_is_for(space: Client) -> None:
    page = await space.get(URL)
    assert "Vous n’avez accordé aucune délégation" in page.text
    assert "accord d’entreprise conclu pour trois ans" in page.text
    assert "0,2 %" in page.text


async def test_the_form_starts_today_and_tells_the_condition(space: Client) -> None:
    page = await space.get(NEW)
    assert page.values(NEW)["starts_on"] == day(0)
    assert "contribution d’au moins 0,2 % de la masse salariale" in page.text


async def test_the_first_step_stores_nothing(space: Client, runtime: Runtime) -> None:
    page = await to_preview(space)
    assert page.status == 200
    assert "Rien n’est encore accordé." in page.text
    assert await value(runtime, COUNT) == 0
    assert await events_of(runtime, "delegation_granted") == []


async def test_the_second_step_grants_and_it_is_told_everywhere(
    space: Client, runtime: Runtime, outbox: Outbox, person: Person
) -> None:
    """6.3.7."""
    page = await grant(space, scope="modifier", ends_on=day(30))
    assert page.url == URL
    assert "La délégation est accordée" in page.text
    assert "En cours Ateliers du Lac N° SIRET : 732 829 320 00074" in page.text
    assert "préparer des dossiers que personne d’autre que vous ne pourra soumettre" in page.text
    assert "Pas encore utilisée." in page.text
    assert await events_of(runtime, "delegation_granted") == [
        "delegation_granted: SIRET\u00a0732\u00a0829\u00a0320\u00a000074"
    ]
    await outbox.deliver()
    [mail] = outbox.to(person.email)
    assert mail.subject == "Vous avez accordé une délégation"
    for part in (mail.text, mail.html):
        assert "Ateliers du Lac" in part
        assert "/espace/delegations" in part


async def test_the_page_between_says_what_balances_tell_of_confidential_dossiers(
    space: Client,
) -> None:
    page = await to_preview(space)
    assert "il peut comprendre qu’un tel dossier existe" in page.text


async def test_the_page_between_shows_what_will_be_seen_and_what_never_will(
    space: Client, runtime: Runtime
) -> None:
    await space.submit(await space.get("/espace/heures"), {"dif": "80"})
    for number, title, confidential in (
        ("D26-100-200", "Anglais professionnel", False),
        ("D26-300-400", "", False),
        ("D26-500-600", "Bilan de compétences", True),
    ):
        await run(
            runtime,
            "INSERT INTO dossier (id, person_id, number, title, confidential) "
            "SELECT uuidv7(), id, $1, $2, $3 FROM person",
            number,
            title,
            confidential,
        )
    page = await to_preview(space)
    assert "Heures DIF 80 h" in page.text
    assert "Anglais professionnel n° D26-100-200 En cours d’élaboration" in page.text
    assert "Formation à choisir n° D26-300-400" in page.text
    assert "Bilan de compétences n° D26-500-600 jamais visible" in page.text
    assert "Déclarer ou modifier vos heures DIF." in page.text
    assert "donner votre accord à votre place" in page.text


async def test_undeclared_dif_is_shown_as_such(space: Client) -> None:
    assert "Heures DIF non renseignées" in (await to_preview(space)).text


@pytest.mark.parametrize(
    ("scope", "never"),
    [
        ("consulter", "Créer, modifier ou supprimer un dossier."),
        ("modifier", "Modifier un dossier soumis, validé ou clos."),
    ],
)
async def test_each_scope_says_what_it_does_not_allow(
    space: Client, scope: str, never: str
) -> None:
    assert never in (await to_preview(space, scope=scope)).text


async def test_going_back_from_the_second_step_keeps_everything_typed(space: Client) -> None:
    page = await to_preview(space, scope="modifier", ends_on=day(3))
    back = await space.post(f"{NEW}/corriger", page.values(GRANT))
    assert back.values(NEW) | {"csrf": "", "key": ""} == fields(
        scope="modifier", ends_on=day(3), csrf="", key=""
    )


WRONG = (
    ("employer_name", "", "Saisissez le nom de votre employeur"),
    ("employer_name", "…", "Saisissez le nom de votre employeur"),
    ("employer_name", "x" * 101, "100 caractères au plus"),
    ("siret", "", "Saisissez les 14 chiffres"),
    ("siret", "732 829 320", "Saisissez les 14 chiffres"),
    ("siret", "73282932000075", "un de ses 14 chiffres est faux"),
    ("scope", "", "Choisissez l’une des deux réponses."),
    ("scope", "tout", "Choisissez l’une des deux réponses."),
    ("starts_on", "", "Saisissez la date de début"),
    ("starts_on", "31/02/2027", "Saisissez une date de début qui existe"),
    ("starts_on", day(-2), "ne peut pas commencer dans le passé"),
    ("starts_on", day(400), "dans plus d’un an"),
    ("ends_on", "bientôt", "Saisissez une date de fin qui existe"),
    ("ends_on", day(-1), "La date de fin précède la date de début"),
    ("ends_on", day(4000), "à plus de dix ans"),
)


async def test_invalid_values_are_explained_and_kept_at_both_steps(
    space: Client, runtime: Runtime
) -> None:
    carried = (await to_preview(space)).values(GRANT)
    for field, typed, sentence in WRONG:
        page = await to_preview(space, **{field: typed})
        assert page.status == 422
        assert sentence in page.error_of(field)
        assert page.values(NEW).get(field, "") == (typed if typed != "tout" else "")

        # The second step validates again everything that the first one checked.
        page = await space.post(GRANT, carried | {field: typed})
        assert page.status == 422
        assert sentence in page.error_of(field)
    assert await value(runtime, COUNT) == 0


async def test_the_scope_has_the_same_name_at_each_step(space: Client) -> None:
    name = "Ce que cet employeur pourra faire"
    page = await to_preview(space, scope="")
    assert f"{name} * " in page.text
    assert f"{name} : choisissez l’une des deux réponses." in page.text
    page = await to_preview(space)
    assert f"{name}Consulter vos soldes" in page.text


@pytest.mark.parametrize("between", ["/", ".", "-", " ", ""])
async def test_dates_are_typed_with_any_separator_and_without(space: Client, between: str) -> None:
    form = await space.get(NEW)
    assert form.dom is not None
    keyboards = {node.get("name"): node.get("inputmode") for node in form.dom.iter("input")}
    assert keyboards["starts_on"] == keyboards["ends_on"] == "numeric"
    assert "ou 15092027." in form.text
    today, later = day(0), day(3)
    page = await to_preview(
        space, starts_on=today.replace("/", between), ends_on=later.replace("/", between)
    )
    assert page.status == 200, page.text
    assert page.values(GRANT)["ends_on"].replace(between or "/", "") == later.replace("/", "")


async def test_all_problems_are_told_at_once(space: Client) -> None:
    page = await to_preview(space, employer_name="", siret="1", scope="", starts_on=day(-9))
    assert "4 erreurs sont à corriger" in page.text


async def test_yesterday_is_still_accepted_but_not_a_period_that_is_over(space: Client) -> None:
    assert (await to_preview(space, starts_on=day(-1))).status == 200
    page = await to_preview(space, starts_on=day(-1), ends_on=day(-1))
    assert "La date de fin est passée" in page.error_of("ends_on")


async def test_five_presses_at_once_grant_it_once_with_one_mail(
    space: Client, runtime: Runtime, outbox: Outbox
) -> None:
    values = (await to_preview(space)).values(GRANT)
    answers = await asyncio.gather(*(space.post(GRANT, values, follow=False) for _ in range(5)))
    assert {(page.status, page.location) for page in answers} == {(303, URL)}
    assert await value(runtime, COUNT) == 1
    await outbox.deliver()
    assert len(outbox.peer.received) == 1


async def test_a_second_one_on_the_same_days_is_refused_with_what_to_do(
    space: Client, runtime: Runtime
) -> None:
    await grant(space)
    page = await to_preview(space, employer_name="Les Ateliers", starts_on=day(10))
    assert page.status == 422
    assert "déjà accordé à cet employeur" in page.error_of("replaces")
    [first] = await column(runtime, "SELECT id FROM delegation")
    assert f"{URL}/{first}/revoquer" in page.html


async def test_the_second_may_replace_the_first(
    space: Client, runtime: Runtime, outbox: Outbox, person: Person
) -> None:
    await grant(space)
    refused = await to_preview(space, scope="modifier")
    preview = await space.submit(refused, {"replaces": "y"}, action=NEW)
    assert "Une délégation sera remplacée" in preview.text
    page = await space.submit(preview, action=GRANT)
    assert "révoquée le" in page.text.partition("Passées")[2]
    assert await column(runtime, "SELECT scope FROM delegation WHERE revoked_at IS NULL") == [
        "modifier"
    ]
    assert len(await events_of(runtime, "delegation_granted", "delegation_revoked")) == 3
    await outbox.deliver()
    assert {mail.subject for mail in outbox.to(person.email)} == {
        "Vous avez accordé une délégation",
        "Une de vos délégations est révoquée",
    }


async def test_the_box_replaces_only_what_was_shown(space: Client, runtime: Runtime) -> None:
    values = (await to_preview(space, replaces="y")).values(GRANT)
    assert "replaces" not in values
    await grant(space)
    page = await space.post(GRANT, values)
    assert page.status == 422
    assert "déjà accordé à cet employeur" in page.error_of("replaces")
    assert await value(runtime, COUNT) == 1


@pytest.mark.parametrize(("siret", "starts_in"), [("35600000000048", 0), (SIRET, 11)])
async def test_another_employer_or_other_days_are_no_overlap(
    space: Client, runtime: Runtime, siret: str, starts_in: int
) -> None:
    await grant(space, ends_on=day(10))
    await grant(space, siret=siret, starts_on=day(starts_in))
    assert await value(runtime, LIVE) == 2


async def test_two_overlapping_grants_at_once_leave_one(space: Client, runtime: Runtime) -> None:
    forms = [(await to_preview(space, ends_on=day(n))).values(GRANT) for n in range(5)]
    answers = await asyncio.gather(*(space.post(GRANT, one, follow=False) for one in forms))
    assert sorted(page.status for page in answers) == [303, 422, 422, 422, 422]
    assert await value(runtime, COUNT) == 1


async def test_an_ended_one_of_the_same_employer_does_not_stand_in_the_way(
    space: Client, runtime: Runtime
) -> None:
    await grant(space)
    await run(
        runtime,
        "UPDATE delegation SET starts_on = starts_on - 9, ends_on = starts_on - 1",
    )
    await grant(space, starts_on=day(-1))
    page = await space.get(URL)
    assert "En cours Ateliers du Lac" in page.text
    assert "arrivée à échéance" in page.text.partition("Passées")[2]


async def test_a_day_has_its_share_of_grants(space: Client, runtime: Runtime) -> None:
    values = (await to_preview(space)).values(GRANT)
    await run(
        runtime,
        "INSERT INTO delegation (id, person_id, siret, employer_name, scope, starts_on) "
        "SELECT uuidv7(), person.id, $1, 'Autre', 'consulter', '2020-01-01' "
        "FROM person, generate_series(1, 20)",
        "35600000000048",
    )
    for page in (await to_preview(space), await space.post(GRANT, values)):
        assert page.status == 429
        assert "attendez demain" in page.text
    assert await value(runtime, COUNT) == 20
    assert SIRET in values["siret"].replace(" ", "")


async def test_a_delegation_form_sent_after_the_session_ended_is_offered_again(
    space: Client, runtime: Runtime, person: Person
) -> None:
    preview = await to_preview(space)
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '31 minutes'")
    login = await space.submit(preview, action=GRANT)
    assert login.url.startswith("/connexion?suite=/espace/reprise")
    again = await space.submit(login, {"nir": person.nir, "password": person.password})
    assert again.values(NEW)["employer_name"] == "Ateliers du Lac"
    assert await value(runtime, COUNT) == 0
    page = await space.submit(again, action=NEW)
    assert "Rien n’est encore accordé." in page.text
    page = await space.submit(page, action=GRANT)
    assert "La délégation est accordée" in page.text
