"""Search of the catalogue: word order, accents, plurals, prefixes, typos, numbers."""

from __future__ import annotations

import pytest

from tests.support.training.importing import import_lines, line
from web.catalogue.queries import CODES_SHOWN, SHOWN, find_formation, search
from web.catalogue.records import SearchResult, Validity
from web.core.runtime import Runtime

JOINER, BAKER, DRIVER = "Menuisier agenceur", "Boulanger, spécialité pains", "Conducteur de car"
OVER, LATER = "2020-12-31", "2999-01-01"
CATALOGUE = [
    line(100001, JOINER, rncp="90001", sector="Bâtiment", region="Bretagne"),
    line(100002, JOINER, rncp="90001", sector="Bâtiment", region="Normandie"),
    line(100003, JOINER, rncp="90001", sector="Bâtiment", region="Corse", valid_until=OVER),
    line(100010, "Agent de menuiserie", sector="Bâtiment", region="Normandie"),
    line(100020, BAKER, sector="Métiers de bouche", level="Niveau V (CAP, BEP)"),
    line(100021, "Boulangère-pâtissière", valid_until=OVER),
    line(100030, DRIVER, rncp="1000", sector="Transport", audience="Demandeurs d’emploi"),
    line(100031, "Permis C : conduire un camion", sector="Transport", valid_from=LATER),
    line(7, "Main-d’œuvre et paie", sector="Gestion", audience="Salariés"),
    line(100040, "Responsable de formation", sector="Gestion"),
    line(100041, "Technicien du son", sector="Spectacle"),
    line(100042, "Responsable des ressources humaines (RH)", sector="Gestion"),
]


@pytest.fixture
async def catalogue(runtime: Runtime) -> Runtime:
    """The runtime, with the catalogue above."""
    await import_lines(runtime, CATALOGUE)
    return runtime


async def asked(runtime: Runtime, text: str, limit: int = SHOWN) -> SearchResult:
    return await search(runtime.db, text, limit)


async def titles(runtime: Runtime, text: str) -> list[str]:
    result = await asked(runtime, text)
    assert result.total == len(result.certifications)
    return [one.title for one in result.certifications]


WORDS = (
    ("menuisier", JOINER),
    ("MENUISIERS", JOINER),
    ("agenceurs menuisiers", JOINER),
    ("boulanger specialite pain", BAKER),
    ("spécialités boulangers", BAKER),
    ("Niveau V CAP", BAKER),
    ("conducteur de cars", DRIVER),
    ("main d'oeuvre", "Main-d’œuvre et paie"),
    ("Main-d’Œuvre", "Main-d’œuvre et paie"),
    ("une formation de conducteur", DRIVER),
    ("devenir conducteur", DRIVER),
    ("son", "Technicien du son"),
    ("RH", "Responsable des ressources humaines (RH)"),
    ("permis c", "Permis C : conduire un camion"),
    ("responsable formation", "Responsable de formation"),
    ("boulangé", BAKER),
    ("batiment", JOINER),
)


async def test_words_are_found_whatever_their_accents_plurals_and_order(
    catalogue: Runtime,
) -> None:
    for text, first in WORDS:
        result = await asked(catalogue, text)
        assert result.certifications, text
        assert result.certifications[0].title == first, text
        assert (result.readings, result.ignored) == ((), ()), text


async def test_the_last_word_is_found_by_its_beginning(catalogue: Runtime) -> None:
    for text in ("me", "men", "menuis", "menuiser", "menuiseri", "agent menui"):
        assert "Agent de menuiserie" in await titles(catalogue, text), text


async def test_only_the_last_word_may_be_a_beginning(catalogue: Runtime) -> None:
    assert await titles(catalogue, "agent menuis") == ["Agent de menuiserie"]
    result = await asked(catalogue, "conduct car")
    assert [reading.typed for reading in result.readings] == ["conduct"]


TYPOS = (
    ("mennuisier", "menuisier", JOINER),
    ("menuzier", "menuisier", JOINER),
    ("nenuisier", "menuisier", JOINER),
    ("bullanger", "boulanger", BAKER),
    ("conductuer", "conducteur", DRIVER),
    ("tecnicien", "technicien", "Technicien du son"),
)


async def test_a_mistyped_word_is_read_as_the_nearest_and_it_is_said(catalogue: Runtime) -> None:
    for typed, read, first in TYPOS:
        result = await asked(catalogue, typed)
        assert [(one.typed, one.nearest[0]) for one in result.readings] == [(typed, read)]
        assert result.certifications[0].title == first, typed


async def test_a_word_near_to_nothing_is_left_out_and_it_is_said(catalogue: Runtime) -> None:
    result = await asked(catalogue, "conducteur zygomatique")
    assert result.ignored == ("zygomatique",)
    assert [one.title for one in result.certifications] == [DRIVER]
    nothing = await asked(catalogue, "zygomatique")
    assert (nothing.total, nothing.certifications) == (0, ())


async def test_words_that_are_never_together_find_nothing(catalogue: Runtime) -> None:
    assert await titles(catalogue, "menuisier boulanger") == []


async def test_a_region_or_a_public_finds_what_is_for_it_and_what_is_for_all(
    catalogue: Runtime,
) -> None:
    result = await asked(catalogue, "menuiserie normandie")
    assert [one.title for one in result.certifications] == ["Agent de menuiserie"]
    assert await titles(catalogue, "menuiserie bretagne") == []
    assert BAKER in await titles(catalogue, "boulanger bretagne salarié")
    assert await titles(catalogue, "conducteur salarié") == []


async def test_codes_of_the_region_asked_come_first(catalogue: Runtime) -> None:
    for region, code in (("bretagne", "100001"), ("normandie", "100002")):
        (joiner,) = (await asked(catalogue, f"menuisier agenceur {region}")).certifications
        assert joiner.codes[0].code_cpf == code


async def test_codes_whose_validity_is_over_are_left_out_of_words(catalogue: Runtime) -> None:
    (joiner,) = (await asked(catalogue, "agenceur")).certifications
    assert [code.code_cpf for code in joiner.codes] == ["100001", "100002"]
    assert joiner.code_count == 2
    assert await titles(catalogue, "boulangère pâtissière") == []
    (truck,) = (await asked(catalogue, "permis")).certifications
    assert truck.codes[0].validity is Validity.FUTURE


NUMBERS = (
    ("100002", JOINER, "100002"),
    (" 100 002 ", JOINER, "100002"),
    ("code CPF n° 100002", JOINER, "100002"),
    ("RNCP90001", JOINER, "100001"),
    ("rncp 90001", JOINER, "100001"),
    ("7", "Main-d’œuvre et paie", "7"),
    ("1000", DRIVER, "100030"),
    ("100003", JOINER, "100003"),
    ("100021", "Boulangère-pâtissière", "100021"),
)


async def test_a_code_or_an_rncp_number_is_found_even_when_it_is_over(catalogue: Runtime) -> None:
    for typed, first, code in NUMBERS:
        result = await asked(catalogue, typed)
        assert result.certifications[0].title == first, typed
        assert result.certifications[0].codes[0].code_cpf == code, typed
        assert (result.readings, result.ignored) == ((), ()), typed


async def test_the_beginning_of_a_number_is_enough_from_three_digits_on(
    catalogue: Runtime,
) -> None:
    assert (await asked(catalogue, "1000")).total == 9
    assert (await asked(catalogue, "100")).total == 9
    assert (await asked(catalogue, "10")).total == 0


async def test_a_number_that_nothing_has_finds_nothing(catalogue: Runtime) -> None:
    result = await asked(catalogue, "100099")
    assert (result.total, result.readings, result.ignored) == (0, (), ())


async def test_a_number_that_is_no_code_may_be_in_a_title(runtime: Runtime) -> None:
    await import_lines(runtime, [line(1, "Tableur 2016"), line(2, "Tableur 2019")])
    assert await titles(runtime, "2016") == ["Tableur 2016"]


@pytest.mark.parametrize("text", ["", " ", "m", "é", "d’", "de la", "!?", "«»", "\x00"])
async def test_too_little_is_not_searched(text: str) -> None:
    result = await search(None, text)  # type: ignore[arg-type]
    assert result.is_too_short


ODD = (
    "'",
    "\\",
    "a:* & !b",
    "menuisier | (",
    "x" * 5000,
    "é " * 500,
    "\ud800e",
    "*region",
    "1" * 50,
)


async def test_any_search_is_answered(catalogue: Runtime) -> None:
    for text in ODD:
        assert len((await asked(catalogue, text)).text) <= 100


async def test_the_best_are_shown_and_all_are_counted(runtime: Runtime) -> None:
    await import_lines(
        runtime,
        [line(1000 + number, f"Soudeur {number:02}", region="") for number in range(30)]
        + [line(2000 + number, "Soudeur", region=f"Région {number}") for number in range(9)],
    )
    result = await asked(runtime, "soudeurs")
    assert (len(result.certifications), result.total) == (SHOWN, 31)
    first = result.certifications[0]
    assert (first.title, len(first.codes), first.code_count) == ("Soudeur", CODES_SHOWN, 9)
    assert len((await asked(runtime, "soudeurs", 3)).certifications) == 3


async def test_without_a_catalogue_nothing_is_found(runtime: Runtime) -> None:
    assert (await asked(runtime, "menuisier")).total == 0
    assert await find_formation(runtime.db, "1") is None


async def test_a_formation_has_all_the_codes_of_its_certification_those_of_use_first(
    catalogue: Runtime,
) -> None:
    async with catalogue.db.connection() as connection:
        found = await find_formation(connection, "100003")
        other = await find_formation(connection, "100002")
        assert await find_formation(connection, "100") is None
    assert found is not None
    assert other is not None
    assert (found.title, found.rncp, found.sector) == (JOINER, "90001", "Bâtiment")
    assert (found.code_cpf, found.is_usable) == ("100003", False)
    assert [code.code_cpf for code in found.codes] == ["100001", "100002", "100003"]
    assert found.codes == other.codes
    assert other.is_usable
