"""« Mon compte d’heures »: the exceptional credits, in the movements and in the chart."""

from __future__ import annotations

import pytest

from tests.support.http.client import Client, Page
from tests.support.pages.tree import text_of
from tests.support.text.spaces import plain
from tests.support.titulaires.people import Person
from tests.support.training.feeding import EMPLOYERS, Credit, feed, feed_credits
from web.core.runtime import Runtime
from web.hours.chart import LONGEST_BAR, Part, build_chart

PATH = "/espace/heures"


def tables(page: Page) -> dict[str, list[list[str]]]:
    """The cells of each table, by the first word of its caption."""
    assert page.dom is not None
    return {
        text_of(next(table.iter("caption"))).split()[0]: [
            [plain(text_of(cell)) for cell in row] for row in table.iter("tr")
        ]
        for table in page.dom.iter("table")
    }


def granted(person: Person, hours: int = 100) -> Credit:
    """A corrective credit."""
    return (person.nir, "correctif", hours, "2016-05-02", "Ateliers du Lac", "R-1")


async def test_a_movement_names_the_kind_the_grantor_and_the_date(
    space: Client, person: Person, runtime: Runtime
) -> None:
    await feed_credits(runtime, [granted(person)])
    await feed_credits(runtime, [granted(person, 130)])
    given = "rédit correctif de l’employeur, accordé par Ateliers du Lac le 2 mai 2016"
    _, *rows = tables(await space.get(PATH))["Mouvements"]
    assert [row[1:] for row in rows] == [
        [f"Correction : c{given}", "R-1", "+ 30 h", "130 h CPF"],
        [f"C{given}", "R-1", "+ 100 h", "100 h CPF"],
    ]


async def test_markup_in_a_name_is_shown_as_text(
    space: Client, person: Person, runtime: Runtime
) -> None:
    line = (person.nir, "abondement-opca", 10, "2016-05-02", "Lac & Fils", "R&1")
    await feed_credits(runtime, [line])
    page = await space.get(PATH)
    assert "accordé par Lac &amp; Fils le" in page.html
    assert "R&amp;1" in page.html


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("mouvement=exceptional_credit", ["R-1"]),
        ("annee=2016", ["R-1"]),
        ("annee=2015", ["Activité de 2015"]),
        ("mouvement=cpf_yearly_credit", ["Activité de 2015"]),
    ],
)
async def test_movements_are_filtered_by_their_sort_and_by_the_year_of_the_grant(
    space: Client, person: Person, runtime: Runtime, query: str, shown: list[str]
) -> None:
    await feed(runtime, [(person.nir, 2015, EMPLOYERS[0], 1607, "")])
    await feed_credits(runtime, [granted(person)])
    _, *rows = tables(await space.get(f"{PATH}?{query}"))["Mouvements"]
    assert [row[2] for row in rows] == shown


@pytest.mark.parametrize("path", ["/espace", PATH])
async def test_the_chart_and_its_table_tell_exceptional_credits_apart(
    space: Client, person: Person, runtime: Runtime, path: str
) -> None:
    await feed(runtime, [(person.nir, year, EMPLOYERS[0], 1607, "") for year in (2015, 2016)])
    await feed_credits(runtime, [granted(person)])
    page = await space.get(path)
    assert tables(page)["Heures"] == [
        ["Année", "Heures", "Dont crédits exceptionnels"],
        ["2015", "24 h CPF", "0 h"],
        ["2016", "124 h CPF", "100 h"],
    ]
    assert page.dom is not None
    (svg,) = (node for node in page.dom.iter("svg") if node.get("role") == "img")
    assert "148 h de CPF, dont 100 h de crédits exceptionnels." in plain(text_of(svg))
    legend = ["Alimentation annuelle CPF", "Crédits exceptionnels CPF"]
    assert [text_of(text) for text in svg.iter("text")][-2:] == legend
    assert [rect.get("class") for rect in svg.iter("rect")] == [
        *("cpf", "cpf", "exceptional"),
        *("cpf", "exceptional"),
    ]


async def test_a_year_with_both_sorts_of_credit_has_a_chart(
    space: Client, person: Person, runtime: Runtime
) -> None:
    await feed_credits(runtime, [granted(person)])
    assert "<figure" not in (await space.get(PATH)).html
    await feed(runtime, [(person.nir, 2016, EMPLOYERS[0], 1607, "")])
    assert "<figure" in (await space.get(PATH)).html


async def test_a_withdrawn_credit_adds_no_year_to_the_chart(
    space: Client, person: Person, runtime: Runtime
) -> None:
    await feed(runtime, [(person.nir, year, EMPLOYERS[0], 1607, "") for year in (2015, 2016)])
    for hours in (40, 0):
        line = (person.nir, "abondement-etat", hours, "2025-05-02", "le ministère", "R-2")
        await feed_credits(runtime, [line])
    assert [row[0] for row in tables(await space.get(PATH))["Heures"]] == ["Année", "2015", "2016"]


def test_the_parts_of_a_bar_follow_each_other() -> None:
    chart = build_chart([[2014, 40, 0], [2015, 30, 10], [2016, 20, 20]])
    assert chart is not None
    assert [bar.parts for bar in chart.bars] == [
        (Part("dif", 0, LONGEST_BAR),),
        (Part("cpf", 0, 80.0), Part("exceptional", 80.0, 40.0)),
        (Part("exceptional", 0, 80.0),),
    ]
    assert [line.series for line in chart.legend] == ["dif", "cpf", "exceptional"]
    assert chart.height > chart.axis == chart.legend[0].top


def test_a_chart_without_exceptional_credits_has_no_legend() -> None:
    chart = build_chart([[2015, 24, 0], [2016, 12, 0]])
    assert chart is not None
    assert not chart.has_exceptional
    assert chart.legend == ()
    assert chart.height == chart.axis
    assert "exceptionnels" not in chart.description


async def test_the_summary_announces_the_yearly_credit_without_denying_the_hours(
    space: Client, person: Person, runtime: Runtime
) -> None:
    assert "Votre compte CPF ne sera alimenté qu’à partir" in (await space.get("/espace")).text
    await feed_credits(runtime, [granted(person)])
    text = (await space.get("/espace")).text
    assert "ne sera alimenté qu’à partir" not in text
    assert "L’alimentation annuelle de votre compte CPF n’aura lieu qu’à partir" in text
