"""The minimum age: the boundaries of 15 and 16, and apprenticeship in between."""

from __future__ import annotations

import pytest

from tests.support.http.client import Client, Page
from tests.support.titulaires.people import PASSWORD, Person
from tests.support.titulaires.signup_day import Day

IDENTITY = "/inscription/identite"
SIRET = "732 829 320 00074"
NAMES = {
    "signed_on": "Date de signature du contrat",
    "employer_siret": "N° SIRET de l’employeur",
}
DECLARED = {"apprenticeship": "y", "signed_on": "01/04/2030", "employer_siret": SIRET}
# On 15 June 2030: year and month of the NIR, and the resulting age.
ON_15_JUNE_2030 = [
    ("1506", "asked"),  # 14 or 15, whether born before or after the 15th
    ("1507", "refused"),
    ("1512", "refused"),
    ("1505", "asked"),
    ("1407", "asked"),
    ("1406", "asked"),  # 15 or 16
    ("1405", "accepted"),
    ("1420", "asked"),  # month unknown
    ("1542", "asked"),
    ("1650", "refused"),
    ("1399", "accepted"),
    ("3006", "refused"),  # born this month
    ("3007", "refused"),
    ("3101", "accepted"),  # 1931: never a future year
]
TOO_YOUNG = "vous avez moins de 15 ans"
PERHAPS = "vous avez peut-être moins de 16 ans"


def born(year_and_month: str) -> str:
    """A number of someone born then."""
    return f"2{year_and_month}99990001"


async def send(client: Client, year_and_month: str, **changes: str) -> Page:
    """Send the identity of someone born then."""
    person = Person(nir=born(year_and_month), email="zoe@exemple.fr")
    page = await client.get(IDENTITY)
    return await client.submit(page, person.identity(**changes), follow=False)


async def test_the_age_decides_at_each_boundary(dated: Client, day: Day) -> None:
    day.set(2030, 6, 15, 12)
    for year_and_month, expected in ON_15_JUNE_2030:
        page = await send(dated, year_and_month)
        if expected == "accepted":
            assert page.status == 303, year_and_month
            continue
        assert page.status == 422, year_and_month
        assert (TOO_YOUNG in page.error_of("nir")) is (expected == "refused"), year_and_month
        assert (PERHAPS in page.error_of("apprenticeship")) is (expected == "asked"), year_and_month
        assert ("Date de signature du contrat" in page.text) is (expected == "asked")


async def test_the_refusal_says_when_and_whom_to_ask(dated: Client, day: Day) -> None:
    day.set(2030, 6, 15, 12)
    page = await send(dated, "1507")
    for part in (
        "Il l’est à 16 ans",
        "dès 15 ans avec un contrat d’apprentissage",
        "contactez-nous",
    ):
        assert part in page.error_of("nir")


async def test_a_day_starts_at_midnight_in_paris(dated: Client, day: Day) -> None:
    day.set(2030, 6, 30, 21, 59)
    assert TOO_YOUNG in (await send(dated, "1507")).error_of("nir")
    day.set(2030, 6, 30, 22, 0)
    assert PERHAPS in (await send(dated, "1507")).error_of("apprenticeship")


async def test_a_declared_contract_opens_registration_at_15(dated: Client, day: Day) -> None:
    day.set(2030, 6, 15, 12)
    page = await send(dated, "1412", **DECLARED)
    assert (page.status, page.location) == (303, "/inscription/mot-de-passe")
    page = await dated.get("/inscription/mot-de-passe")
    page = await dated.submit(page, {"password": PASSWORD, "password_confirmation": PASSWORD})
    assert "déclaré, signé le 1er avril 2030" in page.text

    page = await dated.get(IDENTITY)
    assert {name: page.values()[name] for name in DECLARED} == DECLARED


@pytest.mark.parametrize(
    "signed_on", ["1/4/2030", "01.04.2030", "01-04-2030", "01 04 2030", "01042030"]
)
async def test_usual_ways_to_write_a_date_are_accepted(
    dated: Client, day: Day, signed_on: str
) -> None:
    day.set(2030, 6, 15, 12)
    page = await send(dated, "1412", **{**DECLARED, "signed_on": signed_on})
    assert page.status == 303


async def test_each_part_of_the_declaration_is_checked(dated: Client, day: Day) -> None:
    day.set(2030, 6, 15, 12)
    date, siret = (
        "Saisissez la date de signature, par exemple 15/09/2026",
        "Saisissez les 14 chiffres du numéro SIRET",
    )
    for field, value, sentence in [
        ("signed_on", "", "Saisissez la date de signature du contrat."),
        ("signed_on", "hier", date),
        ("signed_on", "31/02/2030", date),
        ("signed_on", "17/06/2030", date),
        ("signed_on", "01/01/2026", date),
        ("employer_siret", "", "Saisissez le n° SIRET de votre employeur (14 chiffres)."),
        ("employer_siret", "732 829 320", siret),
        ("employer_siret", "732 829 320 00075", siret),
    ]:
        page = await send(dated, "1412", **{**DECLARED, field: value})
        assert page.status == 422, (field, value)
        assert sentence in page.error_of(field), (field, value)
        assert page.text.count("Une erreur est à corriger") == 1, (field, value)
        assert page.summary[field].startswith(f"{NAMES[field]} : saisissez "), (field, value)
    assert (await send(dated, "1412", **{**DECLARED, "signed_on": "15/06/2030"})).status == 303


async def test_a_contract_signed_today_in_noumea_is_signed(dated: Client, day: Day) -> None:
    """It is still yesterday in Paris."""
    day.set(2030, 6, 15, 23)
    assert (await send(dated, "1412", **{**DECLARED, "signed_on": "16/06/2030"})).status == 303


async def test_the_establishments_of_la_poste_are_employers(dated: Client, day: Day) -> None:
    day.set(2030, 6, 15, 12)
    page = await send(dated, "1412", **{**DECLARED, "employer_siret": "35600000049837"})
    assert page.status == 303


async def test_a_declaration_that_was_not_asked_for_is_ignored(dated: Client, day: Day) -> None:
    day.set(2030, 6, 15, 12)
    rest = {"apprenticeship": "y", "signed_on": "jamais", "employer_siret": "12"}
    page = await send(dated, "1504", **rest)
    assert page.error_of("signed_on")

    page = await send(dated, "0504", **rest)
    assert page.status == 303
    page = await dated.get("/inscription/mot-de-passe")
    page = await dated.submit(page, {"password": PASSWORD, "password_confirmation": PASSWORD})
    assert "apprentissage" not in page.text


async def test_a_wrong_number_hides_the_question_and_its_errors(dated: Client, day: Day) -> None:
    day.set(2030, 6, 15, 12)
    page = await send(dated, "1504")
    rest = {"nir": "12", "signed_on": "jamais", "employer_siret": "12"}
    page = await dated.submit(page, rest)
    assert page.status == 422
    assert "Une erreur est à corriger" in page.text
    assert "Date de signature" not in page.text


async def test_each_part_of_the_declaration_is_required_and_refused_at_once(
    dated: Client, day: Day
) -> None:
    day.set(2030, 6, 15, 12)
    page = await send(dated, "1504")
    labels = ("signé un contrat d’apprentissage *", "Date de signature du contrat *")
    for label in (*labels, "N° SIRET de l’employeur *"):
        assert label in page.text
    for field in ("apprenticeship", "signed_on", "employer_siret"):
        assert page.error_of(field)


async def test_the_question_alone_is_the_same_part_of_the_page(dated: Client, day: Day) -> None:
    day.set(2030, 6, 15, 12)
    for year_and_month, asked in (("1504", True), ("0504", False)):
        page = await dated.get(IDENTITY)
        tokens = {"csrf": page.values()["csrf"], "nir": born(year_and_month)}
        part = await dated.post("/inscription/identite/apprentissage", tokens, htmx=True)
        assert ("Date de signature" in part.text) is asked

        page = await dated.submit(page, {"nir": born(year_and_month), "action": "renouveler"})
        assert page.status == 200
        assert part.html.strip() in page.html
