"""The chart of hours credited by year, followed by the same numbers in a table."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.pages.tree import text_of
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import Person
from tests.support.training.feeding import EMPLOYERS, feed
from web.core.runtime import Runtime
from web.hours.chart import LONGEST_BAR, build_chart


def picture(page: Page) -> Element:
    assert page.dom is not None
    (found,) = (svg for svg in page.dom.iter("svg") if svg.get("role") == "img")
    return found


def test_each_year_between_the_first_and_the_last_has_its_row() -> None:
    chart = build_chart([[2018, 18, 0], [2014, 96, 0], [2015, 24, 0]])
    assert chart is not None
    assert [(bar.label, bar.balance, bar.hours) for bar in chart.bars] == [
        ("Avant 2015", "dif", 96),
        ("2015", "cpf", 24),
        ("2016", "cpf", 0),
        ("2017", "cpf", 0),
        ("2018", "cpf", 18),
    ]
    assert [bar.length for bar in chart.bars] == [LONGEST_BAR, 40.0, 0, 0, 30.0]
    assert chart.height == chart.bars[-1].top + chart.bars[1].top
    assert "96\u00a0h de DIF et 42\u00a0h de CPF" in chart.description


@pytest.mark.parametrize("credited", [None, [], [(2014, 0, 0)], [(2015, 0, 0), (2016, 0, 0)]])
def test_without_an_hour_there_is_no_chart(credited: list[tuple[int, int, int]] | None) -> None:
    assert build_chart(credited) is None


def test_a_year_below_zero_has_its_number_and_no_bar() -> None:
    chart = build_chart([(2015, 24, 0), (2016, -4, 0)])
    assert chart is not None
    assert (chart.bars[1].text, chart.bars[1].length) == ("−4\u00a0h\u00a0CPF", 0)


@pytest.mark.parametrize("path", ["/espace", "/espace/heures"])
async def test_the_chart_has_a_text_alternative_and_a_table_of_its_numbers(
    client: Client, outbox: Outbox, runtime: Runtime, path: str
) -> None:
    person = Person()
    await feed(runtime, [(person.nir, 2015, EMPLOYERS[0], 1607, "")])
    await feed(runtime, [(person.nir, 2017, EMPLOYERS[0], 1000, "")])
    await register_and_log_in(client, person, outbox)
    await client.submit(await client.get("/espace/heures"), {"dif": "100"})
    await client.submit(await client.get("/espace/heures"), {"dif": "80"})
    page = await client.get(path)
    svg = picture(page)
    named = (svg.get("aria-labelledby") or "").split()
    texts = {node.get("id"): text_of(node) for node in svg if node.get("id")}
    assert list(texts) == named
    assert texts[named[0]].startswith("Heures créditées par année. Une barre par année.")
    assert "desc" not in {node.tag for node in svg}, "browsers read it again after the name"
    assert page.dom is not None
    table = next(page.dom.iter("table"))
    cells = [text_of(cell) for row in table.iter("tr") for cell in row][2:]
    assert cells == [
        *("Avant 2015", "80 h DIF", "2015", "24 h CPF"),
        *("2016", "0 h CPF", "2017", "15 h CPF"),
    ]
    assert [text_of(text) for text in svg.iter("text")] == cells
    order = [node for node in page.dom.iter() if node is svg or node is table]
    assert order == [svg, table]


@pytest.mark.parametrize("path", ["/espace", "/espace/heures"])
async def test_there_is_no_chart_of_one_bar(client: Client, outbox: Outbox, path: str) -> None:
    await register_and_log_in(client, Person(), outbox)
    await client.submit(await client.get("/espace/heures"), {"dif": "80"})
    page = await client.get(path)
    assert "<figure" not in page.html


@pytest.mark.parametrize("path", ["/espace", "/espace/heures"])
async def test_there_is_no_chart_before_the_first_hour(
    client: Client, outbox: Outbox, path: str
) -> None:
    await register_and_log_in(client, Person(), outbox)
    await client.submit(await client.get("/espace/heures"), {"dif": "0"})
    assert "<figure" not in (await client.get(path)).html
