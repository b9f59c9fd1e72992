"""The parts of the long texts: each has an address, and the « Sommaire » lists them all."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from tests.support.http.client import Client, Page
from web.filters import outlined
from web.people.terms import VERSIONS

LONG = (
    "/accessibilite",
    "/donnees-personnelles",
    "/conditions-generales",
    *(f"/conditions-generales/{one.number}" for one in VERSIONS),
)


def listed(page: Page) -> list[tuple[str, str]]:
    """The fragment and the words of each link of the « Sommaire »."""
    assert page.dom is not None
    [nav] = [one for one in page.dom.iter("nav") if one.get("aria-label") == "Sommaire"]
    return [
        ((link.get("href") or "").removeprefix("#"), "".join(link.itertext()))
        for link in nav.iter("a")
    ]


@pytest.mark.parametrize("url", LONG)
async def test_each_part_of_a_long_text_is_in_the_list_before_it(site: Client, url: str) -> None:
    page = await site.get(url)
    assert page.dom is not None
    parts = [
        (heading.get("id"), "".join(heading.itertext()))
        for heading in page.dom.iter("h2")
        if heading.get("class") != "alert-title"
    ]
    assert len(parts) > 5
    assert listed(page) == parts
    assert page.html.index("Sommaire") < page.html.index(
        'class="lead"' if "lead" in page.html else "Version"
    )


def test_an_address_is_made_of_the_words_of_the_heading() -> None:
    text = Markup("<h2>11. Fermer <em>votre</em> compte, à l’œil</h2><p>…</p><h2>Qui&nbsp;?</h2>")
    outline = outlined(text)
    anchors = ["fermer-votre-compte-a-l-oeil", "qui"]
    assert [anchor for anchor, _ in outline.parts] == anchors
    assert outline.parts[0][1] == "11. Fermer votre compte, à l’œil"
    assert '<h2 id="qui">Qui&nbsp;?</h2>' in outline.html
    assert "<em>votre</em>" in outline.html
    assert outlined(Markup("<h2 id=a>Déjà nommée</h2>")).parts == []
