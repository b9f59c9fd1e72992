"""« Mes informations personnelles »: displayed, editable and refused values."""

from __future__ import annotations

import gzip
from uuid import UUID

import pytest

from tests.support.db.rows import run
from tests.support.http.client import Client, Page
from tests.support.titulaires.accounts import events_of, identity_of
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from web.core.crypto.sealed_column import TEXT, SealedColumn
from web.core.runtime import Runtime
from web.people.identity import ACCOUNT_IDENTITY

URL = "/espace/informations"
ADDRESS = {"street": "12 rue de l’Orée", "postcode": "49 000", "city": "Angers"}


@pytest.fixture
async def page(space: Client) -> Page:
    return await space.get(URL)


async def test_the_page_masks_the_nir_and_shows_what_cannot_change(
    page: Page, person: Person
) -> None:
    assert "Mes informations personnelles" in page.text
    assert "Madame" in page.text
    assert "d’Orange-Née" in page.text
    assert "•" in page.text
    assert person.nir[:9] not in page.text.replace(" ", "")
    assert {"birth_name", "nir", "civility", "email"}.isdisjoint(page.values(URL))


async def test_names_phones_and_address_are_saved(
    page: Page, space: Client, runtime: Runtime, account_id: UUID
) -> None:
    typed = {"first_name": "Zoé-Anne", "usual_name": "Martin", "landline": "02 41 00 00 01"}
    saved = await space.submit(page, {**typed, **ADDRESS}, action=URL)

    assert "Vos informations sont enregistrées." in saved.text
    assert "Zoé-Anne Martin" in saved.text
    assert saved.values(URL)["postcode"] == "49000"
    identity = await identity_of(runtime, account_id)
    assert identity.full_name == "Zoé-Anne Martin"
    assert identity.birth_name == "d’Orange-Née"
    assert identity.landline == "+33241000001"
    assert identity.address is not None
    assert identity.address.lines == ("12 rue de l’Orée", "49000 Angers")
    assert await events_of(runtime, "profile_changed") == [
        "profile_changed: prénom, nom d’usage, téléphone fixe, adresse postale"
    ]


async def test_saving_what_is_there_changes_nothing(
    page: Page, space: Client, runtime: Runtime, account_id: UUID
) -> None:
    assert (await space.submit(page, action=URL)).status == 200
    assert await events_of(runtime, "profile_changed") == []


async def test_an_address_can_be_taken_away(
    page: Page, space: Client, runtime: Runtime, account_id: UUID
) -> None:
    page = await space.submit(page, ADDRESS, action=URL)
    await space.submit(page, dict.fromkeys(ADDRESS, ""), action=URL)
    assert (await identity_of(runtime, account_id)).address is None


async def test_an_address_abroad_needs_its_country_and_no_french_postcode(
    page: Page, space: Client, runtime: Runtime, account_id: UUID
) -> None:
    abroad = {"street": "Rue Neuve 1", "postcode": "B-1000", "city": "Bruxelles"}
    refused = await space.submit(page, abroad, action=URL)
    assert refused.status == 422
    assert "indiquez le pays" in refused.error_of("postcode")

    await space.submit(refused, {"country": "Belgique"}, action=URL)
    address = (await identity_of(runtime, account_id)).address
    assert address is not None
    assert address.lines[-1] == "Belgique"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("first_name", "", "Saisissez votre prénom."),
        ("first_name", "Zo3", "seulement des lettres"),
        ("usual_name", "x" * 101, "100 caractères au plus"),
        ("landline", "06 12 34 56 78", "téléphone portable"),
        ("mobile", "01 23 45 67 89", "téléphone fixe"),
        ("mobile", "0899 12 34 56", "numéros spéciaux"),
        ("postcode", "4900", "5 chiffres"),
        ("postcode", "4" * 200, "5 chiffres"),
        ("city", "x" * 101, "100 caractères au plus"),
    ],
)
async def test_each_error_is_beside_its_field_and_the_other_values_are_kept(
    page: Page,
    space: Client,
    runtime: Runtime,
    account_id: UUID,
    field: str,
    typed: str,
    sentence: str,
) -> None:
    before = await identity_of(runtime, account_id)
    fields = {**ADDRESS, "extra": "Bâtiment B", field: typed}
    refused = await space.submit(page, fields, action=URL)
    assert refused.status == 422
    assert sentence in refused.error_of(field)
    values = refused.values(URL)
    assert {name: values[name] for name in fields} == fields
    assert await identity_of(runtime, account_id) == before


async def test_half_an_address_is_refused(page: Page, space: Client) -> None:
    refused = await space.submit(page, {"postcode": "49000"}, action=URL)
    assert "effacez toute l’adresse" in refused.error_of("street")
    assert "effacez toute l’adresse" in refused.error_of("city")


async def test_two_lines_too_long_are_told_apart_in_the_summary(page: Page, space: Client) -> None:
    refused = await space.submit(
        page, {**ADDRESS, "extra": "a" * 101, "city": "a" * 101}, action=URL
    )
    assert refused.summary == {
        "extra": "Complément d’adresse : saisissez 100 caractères au plus.",
        "city": "Commune : saisissez 100 caractères au plus.",
    }


async def test_in_place_the_fragment_says_saved_and_equals_the_reloaded_page(
    page: Page, space: Client
) -> None:
    swapped = await space.submit(page, {"mobile": "07 56 78 90 12"}, action=URL, htmx=True)
    assert "Vos informations sont enregistrées." in swapped.text
    reloaded = (await space.get(URL)).values(URL)
    assert {k: v for k, v in swapped.values(URL).items() if k not in ("csrf", "key")} == {
        k: v for k, v in reloaded.items() if k not in ("csrf", "key")
    }


async def test_in_place_another_name_loads_the_page_whose_header_shows_it(
    page: Page, space: Client
) -> None:
    answer = await space.submit(page, {"usual_name": "Martin"}, action=URL, htmx=True)
    assert answer.response.headers["HX-Redirect"] == URL
    assert "Zoé Martin" in (await space.get(URL)).text


async def test_fields_that_are_not_offered_change_nothing(
    page: Page, space: Client, runtime: Runtime, account_id: UUID
) -> None:
    before = await identity_of(runtime, account_id)
    extra = {"birth_name": "Autre", "nir": "1", "email": "pirate@exemple.fr", "civility": "x"}
    await space.submit(page, extra, action=URL)
    assert await identity_of(runtime, account_id) == before


async def test_two_people_each_see_and_change_their_own(
    page: Page, space: Client, stranger: Client
) -> None:
    theirs = await stranger.get(URL)
    assert "Zoé" not in theirs.text
    await stranger.submit(theirs, {"usual_name": "Leroy"}, action=URL)
    assert "Leroy" not in (await space.get(URL)).text


async def test_an_identity_sealed_before_these_fields_still_opens(
    space: Client, runtime: Runtime, account_id: UUID, person: Person
) -> None:
    earlier = (
        f'{{"nir": "{person.nir}", "civility": "madame", "first_name": "Zoé", "birth_name": '
        f'"Petit", "email": "{person.email}", "landline": null, "mobile": null, '
        '"apprenticeship": null}'
    )
    as_text = SealedColumn("account", "identity", ACCOUNT_IDENTITY.context, TEXT)
    box = as_text.seal(runtime.vault, earlier, id=account_id)
    await run(runtime, "UPDATE account SET identity = $1", box)
    assert "Zoé Petit" in (await space.get(URL)).text
    assert "Zoé Petit" in (await log_in(space, person)).text


@pytest.mark.parametrize(
    "path", [URL, f"{URL}/courriel", f"{URL}/fermeture", "/espace/mes-donnees", "/contact"]
)
async def test_a_first_view_fits_one_initial_window(space: Client, path: str) -> None:
    page = await space.get(path)
    assert page.dom is not None
    sheet = next(link for link in page.dom.iter("link") if link.get("rel") == "stylesheet")
    style = (await space.http.get(sheet.get("href") or "")).content
    weight = len(gzip.compress(page.response.content, 6)) + len(gzip.compress(style, 6))
    assert weight <= 14_600, weight
