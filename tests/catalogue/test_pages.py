"""« Ma liste de formations »: the search and its results, and a page per formation."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import pytest

from tests.support.http.client import Client, Page
from tests.support.pages.tree import text_of
from tests.support.text.spaces import plain
from tests.support.training.importing import import_lines, line
from web.core.runtime import Runtime

URL = "/titulaire/ma-liste-de-formations"
JOINER = "Menuisier agenceur"
CATALOGUE = [
    line(100001, JOINER, rncp="90001", sector="Bâtiment", audience="Salariés", region="Bretagne"),
    line(100002, JOINER, rncp="90001", sector="Bâtiment", valid_until="2999-12-31"),
    line(100003, JOINER, rncp="90001", sector="Bâtiment", valid_until="2020-12-31"),
    line(100004, JOINER, rncp="90001", sector="Bâtiment", valid_from="2999-01-01"),
    line(100005, "Ébéniste d’art & <copie>", level="Niveau V (CAP, BEP)"),
    line(100006, "Tonnelier", valid_until="2020-12-31"),
    *(line(200000 + number, f"Soudeur, option {number}") for number in range(25)),
]


@pytest.fixture
async def visitor(client: Client, runtime: Runtime) -> Client:
    """A browser on a site whose catalogue is the one above."""
    await import_lines(runtime, CATALOGUE)
    return client


async def search(client: Client, text: str, *, htmx: bool = False) -> Page:
    answer = str(client.http.build_request("GET", URL, params={"q": text}).url)
    return await client.get(answer, htmx=htmx)


def part(page: Page, name: str = "resultats") -> Element:
    assert page.dom is not None
    return next(node for node in page.dom.iter() if node.get("id") == name)


def links(node: Element) -> dict[str, str]:
    return {link.get("href", ""): text_of(link) for link in node.iter("a")}


async def test_the_page_without_a_search_has_its_text_and_an_empty_answer(client: Client) -> None:
    page = await client.get(URL)
    assert "Comment désigner une formation" in page.text
    assert text_of(part(page)) == ""
    form = page.form(f"{URL}#resultats")
    assert (form.get("method"), form.get("role")) == ("get", "search")


async def test_results_lead_to_formations_and_tell_their_codes(visitor: Client) -> None:
    page = await search(visitor, "menuisiers")
    assert page.title == "menuisiers\u00a0: 1 formation – Ma liste de formations – Compte Formation"
    assert links(part(page)) == {f"{URL}/100002": JOINER}
    assert "1 formation pour « menuisiers »." in text_of(part(page))
    assert "Bâtiment – RNCP 90001" in text_of(part(page))
    assert "Code CPF 100001 : Salariés, Bretagne" in text_of(part(page))
    later = "100004 : Tous publics, toutes régions, validité à partir du 1er janvier 2999"
    assert later in page.text
    assert "100003" not in page.text
    assert page.values(f"{URL}#resultats")["q"] == "menuisiers"


async def test_the_fragment_is_the_part_of_the_page(visitor: Client) -> None:
    for asked in ("menuisier", "zzz", "m", "", "menuizier"):
        whole, fragment = await search(visitor, asked), await search(visitor, asked, htmx=True)
        assert fragment.html.strip() in whole.html, asked
        assert whole.response.headers.get("x-robots-tag") == ("noindex" if asked else None)


async def test_the_number_of_results_is_announced_and_the_address_kept(visitor: Client) -> None:
    page = await search(visitor, "soudeur", htmx=True)
    said = plain(part(page, "resultats-dit").get("data-announce", ""))
    assert said == "25 formations pour « soudeur »"
    assert "Voici les 20 premières" in page.text
    assert len(links(part(page))) == 20
    assert part(page).get("data-url") == f"{URL}?q=soudeur"
    assert part(await visitor.get(f"{URL}?q=")).get("data-url") == URL


async def test_a_mistyped_word_is_told_with_its_accents(visitor: Client) -> None:
    page = await search(visitor, "ebeniiste")
    assert (
        "« ebeniiste » n’est pas dans le catalogue : nous avons cherché « ébéniste »." in page.text
    )
    assert links(part(page)) == {f"{URL}/100005": "Ébéniste d’art & <copie>"}
    page = await search(visitor, "soudeur zygomatique")
    assert "« zygomatique » n’est dans aucune formation" in page.text


async def test_no_result_says_what_to_try(visitor: Client) -> None:
    page = await search(visitor, "zygomatique")
    assert "Aucune formation pour « zygomatique »." in page.text
    assert "un mot plus général" in page.text
    assert page.status == 200


async def test_words_never_together_are_offered_one_by_one(visitor: Client) -> None:
    page = await search(visitor, "Menuisier ebeniiste zygomatique")
    assert links(part(page)) == {
        f"{URL}?q=menuisier": "menuisier",
        f"{URL}?q=%C3%A9b%C3%A9niste": "ébéniste",
    }


async def test_a_number_whose_validity_is_over_is_found_and_told(visitor: Client) -> None:
    page = await search(visitor, "100006")
    assert "validité terminée le 31 décembre 2020" in text_of(part(page))


async def test_typed_markup_is_shown_as_text(visitor: Client) -> None:
    for typed in ("<b>x</b>", '"><script>', "{{ 7 * 7 }}", "été\u0301", "\x00\x01"):
        page = await search(visitor, typed)
        assert page.status == 200
        assert "<b>x" not in page.html
        assert "49" not in text_of(part(page))


async def test_a_formation_tells_all_codes_and_what_to_do_next(visitor: Client) -> None:
    page = await visitor.get(f"{URL}/100001")
    assert page.title == (f"{JOINER}, code CPF 100001 – Ma liste de formations – Compte Formation")
    assert page.dom is not None
    assert text_of(next(page.dom.iter("h1"))) == JOINER
    article = next(page.dom.iter("article"))
    for words in ("Pour quiSalariés", "OùBretagne", "SecteurBâtiment", "Numéro RNCP90001"):
        assert words in text_of(article)
    rows = [[text_of(cell) for cell in row] for row in article.iter("tr")][1:]
    assert rows == [
        ["100002", "Tous publics", "Toutes les régions", "Jusqu’au 31 décembre 2999"],
        ["100004", "Tous publics", "Toutes les régions", "À partir du 1er janvier 2999"],
        [
            "100003",
            "Tous publics",
            "Toutes les régions",
            "Terminée le 31 décembre 2020",
        ],
    ]
    assert links(article)["/espace/dossiers/nouveau?code=100001"] == "Créer un dossier avec ce code"
    assert "x-robots-tag" not in page.response.headers or (
        page.response.headers["x-robots-tag"] == "all"
    )
    description = re.search(r'<meta name="description" content="([^"]+)"', page.html)
    assert description
    assert "code CPF 100001 (Salariés, Bretagne)" in description[1]


async def test_a_code_that_is_over_says_so_and_leads_to_the_others(visitor: Client) -> None:
    page = await visitor.get(f"{URL}/100003")
    assert "Le code CPF 100003 n’est plus valable" in page.text
    assert f"{URL}/100002" in page.html
    assert "/espace/dossiers/nouveau" not in page.html
    assert page.response.headers["x-robots-tag"] == "noindex"
    page = await visitor.get(f"{URL}/100006")
    assert "Cette certification n’a pas d’autre code" in page.text


@pytest.mark.parametrize("code", ["999999", "0", "1000011", "abc", "10000é", "1%2F2", "100001%20"])
async def test_an_unknown_code_leads_back_to_the_search(visitor: Client, code: str) -> None:
    page = await visitor.get(f"{URL}/{code}")
    assert page.status == 404
    if "%2F" not in code:
        assert links(part(page, "contenu"))[URL] == "Rechercher une formation"
