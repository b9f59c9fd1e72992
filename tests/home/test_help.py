"""The tutorials: their pictures, and the labels they quote."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from prometheus_client import REGISTRY

from tests.support.http.client import Client
from tests.support.pages.tree import text_of
from tests.support.repository import ROOT
from tests.support.text.spaces import plain
from web.core.http.assets import FOLDER, Assets
from web.core.http.template_compiler import FOLDER as TEMPLATES
from web.domain.dossier import ClosingReason, Status
from web.dossiers.labels import status_label
from web.home.help import HELP_PAGES, HelpPage

PICTURES = sorted(path.name for path in (FOLDER / "help").glob("*.png"))
MOST_BYTES = 40_000


async def parts_of_the_help(site: Client, tag: str) -> list[Element]:
    found: list[Element] = []
    for task in HELP_PAGES:
        page = await site.get(task.url)
        assert page.dom is not None
        found += next(page.dom.iter("main")).iter(tag)
    return found


async def test_each_picture_is_folded_under_its_name(site: Client) -> None:
    details = await parts_of_the_help(site, "details")
    images = [image for one in details for image in one.iter("img")]
    assert len(details) == len(images) == len(await parts_of_the_help(site, "img"))
    assert [one for one in details if one.get("open") is not None] == []
    names = [text_of(next(one.iter("summary"))) for one in details]
    assert len(set(names)) == len(names)
    for image in images:
        assert image.get("loading") == "lazy"
        assert image.get("decoding") == "async"


async def test_each_picture_says_what_it_shows_in_sentences_of_its_own(site: Client) -> None:
    said = [image.get("alt") or "" for image in await parts_of_the_help(site, "img")]
    assert len(set(said)) == len(said)
    for sentence in said:
        assert 60 <= len(sentence) <= 220, sentence
        assert sentence.endswith("."), sentence


async def test_each_picture_made_is_shown_at_its_size(site: Client) -> None:
    assets = Assets()
    shown = []
    for image in await parts_of_the_help(site, "img"):
        name = (image.get("src") or "").rpartition("/")[2]
        shown.append(name)
        size = (int(image.get("width", "0")), int(image.get("height", "0")))
        assert size == assets.picture_size(f"help/{name}")
    assert sorted(shown) == PICTURES


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_is_light_and_kept_for_good(site: Client, name: str) -> None:
    answer = await site.http.get(Assets().url(f"help/{name}"))
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) <= MOST_BYTES


async def test_the_tutorials_use_the_words_of_the_pages(site: Client) -> None:
    templates = [path for path in TEMPLATES.rglob("*.html") if path.parent.name != "home"]
    sources = [*templates, *(ROOT / "web").rglob("*.py")]
    statuses = [status_label(Status.CLOSED, reason) for reason in ClosingReason]
    texts = [*(path.read_text("utf-8") for path in sources), *statuses]
    product = plain("\n".join(texts).casefold())
    phrase = [text_of(one).rstrip(":").strip() for one in await parts_of_the_help(site, "strong")]
    assert len(phrase) > 20
    assert [text for text in phrase if text.casefold() not in product] == []


async def test_the_help_has_one_page_for_each_task_and_its_old_addresses_lead_to_them(
    site: Client,
) -> None:
    page = await site.get("/aide")
    assert page.dom is not None
    sections = {one.get("id"): one for one in page.dom.iter("section")}
    for anchor in ("inscription", "courriel", "dif", "dossier", "delegation"):
        link = next(sections[anchor].iter("a"))
        task = await site.get(link.get("href") or "")
        assert task.status == 200
        assert plain(task.title).startswith(text_of(link))


@pytest.mark.parametrize("task", HELP_PAGES, ids=lambda task: task.url)
async def test_each_page_asks_whether_it_is_useful_and_counts_the_answers(
    site: Client, task: HelpPage
) -> None:
    page = await site.get(task.url)
    for word, title in (("Oui", "Merci"), ("Non", "Ce qui manque")):
        assert page.dom is not None
        (link,) = (one for one in page.dom.iter("a") if text_of(one).startswith(word + ","))
        path = link.get("href") or ""
        before = count_of(path)
        answer = await site.get(path)
        assert answer.status == 200
        assert answer.title.startswith(title)
        assert answer.response.headers["cache-control"].startswith("no-store")
        assert answer.response.headers["x-robots-tag"] == "noindex"
        assert f'href="{task.url}"' in answer.html
        assert count_of(path) == before + 1


def count_of(route: str) -> float:
    """The requests that the metrics count for a route."""
    labels = {"route": route, "method": "GET", "status": "200"}
    return REGISTRY.get_sample_value("web_requests_total", labels) or 0


@pytest.mark.parametrize("task", HELP_PAGES, ids=lambda task: task.url)
async def test_a_task_fits_in_a_few_windows(site: Client, task: HelpPage) -> None:
    """One page for all the tasks was the length of seven windows; the longest has half of that."""
    assert len((await site.get(task.url)).text.split()) < 950
