"""The pages of the RGAA sample contain what the assessment says of them."""

from __future__ import annotations

from starlette.applications import Starlette

from tests.home.sample_pages import contents_of, open_sample
from tests.support.http.addresses import ADDRESSES
from web.home.accessibility import ASSESSMENT


async def test_the_contents_of_each_page_are_those_of_the_assessment(app: Starlette) -> None:
    """From them follow the pages to which a criterion does not apply."""
    wrong = []
    async for page, opened in open_sample(app):
        found = contents_of(opened)
        if found != page.contents:
            wrong.append(f"{page.name}: {' '.join(sorted(found))}")
    assert not wrong, "\n".join(["these are in rgaa_pages.csv otherwise:", *wrong])


async def test_each_page_has_two_navigation_systems(app: Starlette) -> None:
    """RGAA 12.1: a menu, and the site map."""
    async for page, opened in open_sample(app):
        assert opened.dom is not None
        labels = {nav.get("aria-label") for nav in opened.dom.iter("nav")}
        assert labels & {"Menu principal", "Votre espace", "Espace organisme", "Espace employeur"}
        assert 'href="/plan-du-site"' in opened.html, page.name


def test_the_sample_names_addresses_of_the_application() -> None:
    names = [page.name for page in ASSESSMENT.pages]
    assert len({*names}) == len(names)
    for page in ASSESSMENT.pages:
        parameters = dict.fromkeys(ADDRESSES.parameters[page.name], "x")
        assert ADDRESSES.path(page.name, **parameters) == page.address.replace("…", "x")


def test_each_criterion_is_about_things_that_some_page_contains() -> None:
    known = frozenset[str]().union(*(page.contents for page in ASSESSMENT.pages))
    names = {page.name for page in ASSESSMENT.pages}
    for one in ASSESSMENT.criteria:
        assert one.contents <= known, one.number
        assert one.exceptions.keys() <= names, one.number
