"""« L’essentiel, facile à lire »: short sentences, one a line, and a drawing for each part."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from tests.support.http.client import Client
from tests.support.pages.tree import text_of

MOST_WORDS = 12


async def main_of(site: Client) -> Element:
    page = await site.get("/facile-a-lire")
    assert page.dom is not None
    return next(page.dom.iter("main"))


async def test_each_line_has_short_sentences(site: Client) -> None:
    lines = [text_of(one) for tag in ("p", "li") for one in (await main_of(site)).iter(tag)]
    assert len(lines) > 40
    for line in lines:
        sentences = [one for one in re.split(r"(?<=[.?!:])\s", line) if one]
        assert len(sentences) <= 2, line
        for sentence in sentences:
            assert len(re.findall(r"[^\W_]+", sentence)) <= MOST_WORDS, sentence


async def test_each_part_has_a_drawing_of_its_own_before_its_title(site: Client) -> None:
    sections = [*(await main_of(site)).iter("section")]
    assert [[part.tag for part in section][:2] for section in sections] == [["svg", "h2"]] * 7
    drawings = ["".join(path.get("d") or "" for path in one.iter("path")) for one in sections]
    assert len(set(drawings)) == len(drawings)


async def test_the_home_page_and_the_help_lead_to_it(site: Client) -> None:
    for url in ("/", "/aide", "/plan-du-site"):
        main = (await site.get(url)).html.partition("<main")[2].partition("</main>")[0]
        assert 'href="/facile-a-lire"' in main, url
