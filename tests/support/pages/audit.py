"""Checks of every answer: headers, and for HTML its validity and its accessibility basics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
import httpx

from tests.support.http.addresses import MENUS
from tests.support.pages.abbreviations import abbreviation_problems
from tests.support.pages.fields import field_problems
from tests.support.pages.kept_pages import content_of, is_full_page, keep, structure_of
from tests.support.pages.lists import list_problems
from tests.support.pages.tree import text_of, tree_of
from tests.support.text.spaces import plain
from web.core.http.headers import ALWAYS

# The structures that the slow, strict parser has accepted.
_valid: set[str] = set()
# The digests of the audited pages: most tests open the same ones on their way.
_passed: set[str] = set()
# The navigation that belongs to a content: its parts, pages and steps, and the specimens of it.
OF_THE_CONTENT = ("Sommaire", "Pages ", "Étapes", "Exemple ")
# The lines of a recap whose value is a name.
NAMES = {"Nom", "Prénom", "Nom de naissance", "Nom d’usage", "Employeur"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def audit(response: httpx.Response) -> None:
    """Raise AssertionError when an answer breaks a common rule."""
    for name, value in ALWAYS.items():
        assert response.headers.get(name) == value, f"{name} on {response.url}"
    assert "cache-control" in response.headers, response.url
    if not response.headers.get("content-type", "").startswith("text/html") or not response.text:
        return
    request = response.request
    assert response.status_code >= 400 or 'id="erreurs"' not in response.text, (
        f"{request.method} {response.url}: errors that the status does not tell"
    )
    digest = content_of(response.text)
    if digest in _passed:
        return
    keep(response.text, f"{request.method} {request.url.path} {response.status_code}")
    problems = list(_problems(parse(response.text), full=is_full_page(response.text)))
    assert not problems, f"{request.method} {response.url}: {problems}"
    _passed.add(digest)


def parse(text: str) -> Element:
    """The tree, if the strict HTML parser finds no error; it parses each structure once."""
    structure = structure_of(text)
    if structure not in _valid:
        parser = html5lib.HTMLParser(strict=True)
        parser.parse(text) if is_full_page(text) else parser.parseFragment(text)
        _valid.add(structure)
    return tree_of(text)


def part_problems(text: str) -> list[str]:
    """Return the problems of a part of a page."""
    return [*_problems(parse(text), full=False)]


def _problems(dom: Element, *, full: bool) -> Iterator[str]:
    nodes = list(dom.iter())
    ids = Counter(node.get("id") for node in nodes if node.get("id"))
    yield from (f"id {name} twice" for name, count in ids.items() if count > 1)
    yield from _wrong_references(nodes, set(ids), full)
    yield from field_problems(dom, full=full)
    yield from list_problems(dom)
    for node in nodes:
        if node.get("style") or any(name.startswith("on") for name in node.attrib):
            yield f"inline style or script on {node.tag}"
        if any(name.startswith("hx-") for name in node.attrib):
            yield f"hx- attribute on {node.tag}"
        if node.get("placeholder"):
            yield f"placeholder on {node.get('name')}"
        if int(node.get("tabindex", "0")) > 0:
            yield f"positive tabindex on {node.tag}"
        if node.tag == "img" and node.get("alt") is None:
            yield "image without alt"
        if node.tag in ("img", "svg") and not (node.get("width") and node.get("height")):
            yield f"{node.tag} as wide as the window where there is no stylesheet"
        if node.tag == "code" and node.get("translate") != "no":
            yield "a code that a translation may change"
        is_exposed = node.get("aria-hidden") != "true"
        if node.tag in ("a", "button") and is_exposed and not "".join(node.itertext()).strip():
            yield f"empty {node.tag}"
        if node.tag in ("audio", "video") and not (
            node.get("autoplay") is None and node.get("controls") is not None
        ):
            yield f"{node.tag} that cannot be controlled"
    yield from _sections_with_names(dom)
    yield from _translated_names(dom)
    yield from _tables(dom)
    yield from _without_scripts(dom, nodes, full=full)
    if full:
        yield from _page_problems(dom, nodes)
        yield from _unheard_successes(nodes)


def _sections_with_names(dom: Element) -> Iterator[str]:
    """Find sections named after their title: a screen reader would say it twice."""
    for section in dom.iter("section"):
        if section.get("aria-labelledby"):
            yield f"a section named after its title: {section.get('aria-labelledby')}"


def _translated_names(dom: Element) -> Iterator[str]:
    """Find names in recaps that a browser's translation may change, as « Rose » or « Petit »."""
    for line in dom.iter("div"):
        name, value = line.find("dt"), line.find("dd")
        if name is None or value is None or text_of(name) not in NAMES:
            continue
        untranslated = any(node.get("translate") == "no" for node in value.iter())
        if not (untranslated or text_of(value).startswith("non indiqué")):
            yield f"a name that a translation may change: {text_of(name)}"


def _tables(dom: Element) -> Iterator[str]:
    for table in dom.iter("table"):
        caption = next(iter(table), None)
        if caption is None or caption.tag != "caption" or not "".join(caption.itertext()).strip():
            yield "a table without a caption"
        if any(head.get("scope") not in ("col", "row") for head in table.iter("th")):
            yield "a header that is of no column nor row"
        if any(row[0].tag != "th" for row in table.iter("tr")):
            yield "a row without a header"


def _without_scripts(dom: Element, nodes: list[Element], *, full: bool) -> Iterator[str]:
    """Check the fallback of each htmx element; a fragment's form is in its page."""
    in_forms = {node for form in dom.iter("form") for node in form.iter()}
    for node in nodes:
        if node.get("data-hx-get") is None and node.get("data-hx-post") is None:
            continue
        if (
            (node.tag == "form" and node.get("action") is None)
            or (node.tag == "a" and node.get("href") is None)
            or (full and node.tag == "button" and node not in in_forms)
        ):
            yield f"{node.tag} that does nothing without htmx"


def _page_problems(dom: Element, nodes: list[Element]) -> Iterator[str]:
    html = dom if dom.tag == "html" else dom.find(".//html")
    if html is None or html.get("lang") != "fr":
        yield "not in French"
    title = (dom.findtext(".//title") or "").strip()
    if not title.endswith(" – Compte Formation") or title.startswith("–"):
        yield f"title {title!r}"
    headings = [int(node.tag[1]) for node in nodes if node.tag in HEADINGS]
    if headings.count(1) != 1:
        yield f"{headings.count(1)} h1"
    if any(after > before + 1 for before, after in pairwise(headings)):
        yield f"heading level skipped: {headings}"
    for landmark in ("header", "main", "footer"):
        if len(list(dom.iter(landmark))) != 1:
            yield f"{landmark} is not there once"
    for main in dom.iter("main"):
        yield from abbreviation_problems(main)
        for nav in main.iter("nav"):
            if not (nav.get("aria-label") or "").startswith(OF_THE_CONTENT):
                yield f"navigation of the site inside main: {nav.attrib}"
    information = {link.url for link in MENUS.footer}
    footer = [link.get("href") for foot in dom.iter("footer") for link in foot.iter("a")]
    if [url for url in footer if url in information] != [link.url for link in MENUS.footer]:
        yield f"help, contact and the statement are not where they always are: {footer}"
    first_link = next(dom.iter("a"))
    if first_link.get("href") != "#contenu":
        yield "the first link is not the skip link"
    for region, role in (("annonce", "status"), ("alerte", "alert")):
        node = next((node for node in nodes if node.get("id") == region), None)
        if node is None or node.get("role") != role or "".join(node.itertext()).strip():
            yield f"live region {region} is not there, empty"
    if any(node.tag == "script" and not node.get("src") for node in nodes):
        yield "inline script"
    wrong = [node for node in nodes if node.get("aria-invalid") == "true"]
    summary = any(node.get("id") == "erreurs" for node in nodes)
    if wrong and not summary:
        yield "wrong fields without a summary"
    if (summary or wrong) and not plain(title).startswith("Erreur : "):
        yield "errors that the title does not tell"


def _unheard_successes(nodes: list[Element]) -> Iterator[str]:
    """Check that a loaded page's message has the focus: nothing else would say it."""
    for node in nodes:
        is_message = node.get("role") == "status" and node.get("id") is None
        if is_message and not any(part.get("autofocus") is not None for part in node.iter()):
            yield f"a message without the focus: {' '.join(' '.join(node.itertext()).split())!r}"


def _wrong_references(nodes: list[Element], ids: set[str | None], full: bool) -> Iterator[str]:
    for node in nodes:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            for target in (node.get(name) or "").split():
                if target not in ids:
                    yield f"{name}={target} leads nowhere"
        href = node.get("href") or ""
        if full and href.startswith("#") and len(href) > 1 and href[1:] not in ids:
            yield f"{href} leads nowhere"
