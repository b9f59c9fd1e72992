"""The self-assessment, the statement, the footer and docs/accessibility.md agree."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction

import pytest

from scripts.write_rgaa import DOCUMENT, document
from tests.support.http.addresses import MENUS
from tests.support.http.client import Client
from tests.support.repository import ROOT
from tests.support.text.spaces import plain
from web.home.accessibility import (
    ASSESSED_ON,
    ASSESSMENT,
    STATE,
    Assessment,
    Criterion,
    SamplePage,
    Status,
    percentage,
)

# The number of criteria in each theme of RGAA 4.1.2.
THEMES = {1: 9, 2: 2, 3: 3, 4: 13, 5: 8, 6: 2, 7: 5, 8: 10, 9: 4, 10: 14, 11: 13, 12: 11, 13: 12}
PROOF = re.compile(r"`((?:tests|scripts)/[^`:]+)(?:::(\w+))?`")
TEXT = DOCUMENT.read_text("utf-8")
STATEMENTS = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)


def test_the_106_criteria_are_there_in_their_order() -> None:
    numbers = [one.number for one in ASSESSMENT.criteria]
    assert numbers == [f"{t}.{n}" for t, most in THEMES.items() for n in range(1, most + 1)]
    assert len(numbers) == 106


def test_each_criterion_has_its_few_words_and_its_evidence() -> None:
    wordings = Counter(one.wording for one in ASSESSMENT.criteria)
    assert max(wordings.values()) == 1
    assert [one.number for one in ASSESSMENT.criteria if not one.evidence.strip()] == []


def test_the_statements_are_there_in_their_order_each_with_what_shows_it() -> None:
    assert len(STATEMENTS) >= 55
    assert [int(number) for number, _, _ in STATEMENTS] == [*range(1, len(STATEMENTS) + 1)]
    assert [
        n for n, _, proof in STATEMENTS if not PROOF.search(proof) and "seen:" not in proof
    ] == []


@pytest.mark.parametrize("text", [TEXT, *(one.evidence for one in ASSESSMENT.criteria)])
def test_each_test_named_as_evidence_exists(text: str) -> None:
    for path, name in PROOF.findall(text):
        assert (ROOT / path).exists(), path
        if name:
            assert re.search(rf"def {name}\(", (ROOT / path).read_text("utf-8")), f"{path}::{name}"


def test_the_table_of_the_document_is_the_assessment() -> None:
    assert document() == TEXT, "run `python -m scripts.write_rgaa`"


async def test_the_statement_tells_the_rate_of_each_page_and_their_mean(site: Client) -> None:
    page = await site.get("/accessibilite")
    text = page.text
    assert plain(f"Taux moyen de conformité{percentage(ASSESSMENT.rate)}") in text
    assert page.dom is not None
    rows = [["".join(cell.itertext()).strip() for cell in row] for row in page.dom.iter("tr")][1:]
    assert [(page, rate) for page, *_, rate in rows] == [
        (one.title + one.address, percentage(ASSESSMENT.get_rate(one))) for one in ASSESSMENT.pages
    ]


async def test_the_statement_leads_to_the_plan_of_several_years_and_that_of_the_year(
    site: Client,
) -> None:
    """Article 47 of the law of 11 February 2005 asks for both."""
    page = await site.get("/accessibilite")
    assert page.dom is not None
    headings = {one.get("id"): "".join(one.itertext()) for one in page.dom.iter("h2")}
    before_state = page.html.partition("État de conformité</h2>")[0]
    for title in ("Schéma pluriannuel", f"Plan d’action {ASSESSED_ON.year}"):
        (anchor,) = (found for found, text in headings.items() if text.startswith(title))
        assert f'<a href="#{anchor}">' in before_state.partition('class="lead"')[2]


def example(number: str, result: str, contents: str = "", **exceptions: str) -> Criterion:
    """An invented criterion."""
    found = {name: Status(one) for name, one in exceptions.items()}
    return Criterion(number, Status(result), frozenset(contents.split()), found, "", "")


def test_rates_are_those_of_rgaa() -> None:
    """Conform on conform and not conform, page by page; the mean of pages, not of criteria."""
    pages = [SamplePage(name, f"/{name}", "", name, frozenset({name})) for name in ("a", "b")]
    criteria = (
        example("1.1", "C"),
        example("1.2", "C", a="NC"),
        example("1.3", "C", "a"),
        example("1.4", "C", "a"),
        example("1.5", "NA"),
    )
    found = Assessment(criteria, tuple(pages))
    assert [found.get_rate(page) for page in pages] == [Fraction(3, 4), Fraction(1)]
    assert found.rate == Fraction(7, 8)
    assert percentage(found.rate) == "87,5\u00a0%"
    assert [one.number for one in found.list_by(Status.NOT_CONFORM)] == ["1.2"]
    assert found.state == "partiellement conforme"


def test_a_criterion_not_tested_counts_as_not_met_and_makes_the_site_not_conform() -> None:
    page = SamplePage("a", "/a", "", "A", frozenset())
    found = Assessment((example("1.1", "C"), example("1.2", "NT")), (page,))
    assert found.rate == Fraction(1, 2)
    assert found.state == "non conforme"
    assert Assessment((example("1.1", "C"),), (page,)).state == "totalement conforme"


@pytest.mark.parametrize(
    ("result", "exceptions", "status"),
    [
        ("C", {"a": "NT"}, Status.NOT_TESTED),
        ("C", {"a": "NT", "b": "NC"}, Status.NOT_CONFORM),
        ("NT", {"a": "NC"}, Status.NOT_CONFORM),
        ("NT", {"a": "C"}, Status.NOT_TESTED),
        ("NC", {"a": "NT"}, Status.NOT_CONFORM),
        ("C", {"a": "NA"}, Status.CONFORM),
    ],
)
def test_on_the_whole_not_conform_comes_before_not_tested_and_that_before_the_rest(
    result: str, exceptions: dict[str, str], status: Status
) -> None:
    assert example("1.1", result, **exceptions).status is status


def test_a_criterion_not_tested_on_one_page_makes_the_site_not_conform() -> None:
    """Even when it is not met on another, and most pages meet it: the audit is not complete."""
    pages = [SamplePage(name, f"/{name}", "", name, frozenset()) for name in ("a", "b", "c")]
    for exceptions in ({"a": "NT"}, {"a": "NT", "b": "NC"}):
        others = (example(f"1.{n}", "C") for n in range(1, 9))
        criteria = (*others, example("2.1", "C", **exceptions))
        found = Assessment(criteria, tuple(pages))
        assert found.rate > Fraction(1, 2)
        assert found.state == "non conforme"


async def test_the_statement_counts_what_was_found(site: Client) -> None:
    text = (await site.get("/accessibilite")).text
    assert f"Compte Formation est {STATE} avec le référentiel" in text
    for name, status in (
        ("Critères respectés", Status.CONFORM),
        ("Critères non respectés", Status.NOT_CONFORM),
        ("Critères non testés dans l’environnement de référence", Status.NOT_TESTED),
        ("Critères sans objet ici", Status.NOT_APPLICABLE),
    ):
        assert re.search(rf"{name}\s*{len(ASSESSMENT.list_by(status))}\b", text), name
    for one in (
        *ASSESSMENT.list_by(Status.NOT_CONFORM),
        *ASSESSMENT.list_by(Status.NOT_TESTED),
    ):
        assert f"(critère {one.number})" in text


async def test_the_statement_has_each_part_that_the_law_wants(site: Client) -> None:
    page = await site.get("/accessibilite")
    for title in (
        "État de conformité",
        "Résultats de l’auto-évaluation",
        "Contenus non accessibles",
        "Établissement de cette déclaration",
        "Technologies utilisées",
        "Environnement de test",
        "Outils utilisés",
        "Pages vérifiées",
        "Retour d’information et contact",
        "Voies de recours",
    ):
        assert re.search(rf"<h[23][^>]*>{title}</h[23]>", page.html), title
    assert "article 47 de la loi n° 2005-102" in page.text
    assert "Libre réponse 71120" in page.text


def test_the_footer_of_every_page_shows_the_outcome() -> None:
    link = next(link for link in MENUS.footer if link.url == "/accessibilite")
    assert link.text == f"Accessibilité\u00a0: {STATE}"
