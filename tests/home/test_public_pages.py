"""Properties of every public page: no database, good typography, links onward."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import pytest
from starlette.routing import Match

from tests.support.http.client import Client, Page
from tests.support.pages.abbreviations import abbreviation_problems
from tests.support.programs.settings import make_settings
from web.app import create_app
from web.filters import french_date
from web.home.pages import all_pages
from web.home.public_page import PublicPage
from web.home.rubrics import AUDIENCES, Rubric

PAGES = all_pages()
RUBRICS = [rubric for audience in AUDIENCES for rubric in audience.rubrics]
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
NO_BREAK = "\u00a0\u202f"


def urls(pages: list[PublicPage] | list[Rubric]) -> list[str]:
    return [page.url for page in pages]


def first(dom: Element | None, tag: str) -> Element:
    assert dom is not None
    return next(dom.iter(tag))


def raw_text(element: Element) -> str:
    return "".join(element.itertext())


def links(dom: Element | None) -> Iterator[str]:
    assert dom is not None
    for link in dom.iter("a"):
        href = link.get("href")
        assert href, f"a link without address: {raw_text(link)}"
        yield href


async def test_the_database_really_cannot_be_reached_here(site: Client) -> None:
    assert (await site.get("/sante/pret")).status == 503


@pytest.mark.parametrize("url", urls(PAGES))
async def test_each_page_opens_without_a_database_nor_a_cookie(site: Client, url: str) -> None:
    page = await site.get(url, follow=False)
    assert page.status == 200
    # A form needs a token of the browser it was made for.
    assert ("set-cookie" in page.response.headers) is (url == "/contact")


async def test_titles_tell_pages_apart(site: Client) -> None:
    titles = [(await site.get(page.url)).title for page in PAGES]
    assert titles == [f"{page.title} – Compte Formation" for page in PAGES]
    assert len(set(titles)) == len(titles)


async def test_headings_tell_pages_apart(site: Client) -> None:
    headings = [raw_text(first((await site.get(page.url)).dom, "h1")) for page in PAGES]
    assert len(set(headings)) == len(headings)


def test_each_page_describes_itself_in_one_sentence() -> None:
    sentences = [page.summary for page in PAGES]
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert 50 <= len(sentence) <= 160, sentence
        assert sentence.endswith("."), sentence


@pytest.mark.parametrize("url", urls(PAGES))
async def test_punctuation_is_never_left_alone_at_a_line_s_start(site: Client, url: str) -> None:
    text = raw_text(first((await site.get(url)).dom, "main"))
    assert not re.search(rf"(?<![{NO_BREAK}])[;?!»](?!\S*\.)", text)
    assert not re.search(rf"[^{NO_BREAK}\d]:(?!//)", text)
    assert not re.search(rf"«[^{NO_BREAK}]", text)
    assert "'" not in text
    assert '"' not in text


@pytest.mark.parametrize("url", urls(PAGES))
async def test_each_link_leads_to_a_page_that_exists(site: Client, url: str) -> None:
    app = create_app(make_settings(database_url=NOWHERE))
    for href in links((await site.get(url)).dom):
        parts = urlsplit(urljoin(url, href))
        if parts.scheme:
            assert parts.scheme in ("https", "mailto"), href
            continue
        scope = {"type": "http", "method": "GET", "path": parts.path}
        assert any(route.matches(scope)[0] is Match.FULL for route in app.routes), href
        if parts.fragment and parts.path in urls(PAGES):
            target = await site.get(parts.path)
            assert f'id="{parts.fragment}"' in target.html, href


@pytest.mark.parametrize("url", urls(PAGES))
async def test_each_page_answers_a_head_request(site: Client, url: str) -> None:
    assert (await site.http.head(url)).status_code == 200


@pytest.mark.parametrize("url", urls(PAGES))
async def test_each_abbreviation_is_explained_names_of_organisations_too(
    site: Client, url: str
) -> None:
    main = first((await site.get(url)).dom, "main")
    assert list(abbreviation_problems(main, except_for=())) == []


def words(page: Page) -> int:
    """Count the words of a rubric, without what is the same in all: its notice and its sources."""
    article = first(page.dom, "article")
    around = [node for node in article.iter() if node.get("class") in ("alert info", "note")]
    return _words(article) - sum(map(_words, around))


def _words(node: Element) -> int:
    return len(re.findall(r"[^\W_]+", raw_text(node)))


@pytest.mark.parametrize("url", urls(RUBRICS))
async def test_a_rubric_is_a_real_text_of_150_to_400_words(site: Client, url: str) -> None:
    assert 150 <= words(await site.get(url)) <= 400


@pytest.mark.parametrize("rubric", RUBRICS, ids=urls(RUBRICS))
async def test_a_rubric_is_dated_names_its_sources_and_ends_with_what_to_do_next(
    site: Client, rubric: Rubric
) -> None:
    page = await site.get(rubric.url)
    article = first(page.dom, "article")
    date = first(article, "time")
    assert date.get("datetime") == rubric.updated.isoformat()
    assert raw_text(date) == french_date(rubric.updated)
    assert re.match(r"Sources\u00a0: .*\b[LR]\d{4}-\d+\b", rubric.source)
    assert raw_text(article).count("Règles de 2015. Page revue le ") == 1
    assert rubric.source in raw_text(article)
    last = list(article)[-1]
    assert last.get("class") == "next"
    assert "button" in (list(last.iter("a"))[-1].get("class") or "")
