"""Write the tables of RGAA of docs/accessibility.md from the two files of `web/home`.

Run by hand when the data changes: `python -m scripts.write_rgaa`. A test keeps them in step.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

from web.home.accessibility import ASSESSED_ON, ASSESSMENT, Criterion, Status, percentage

DOCUMENT: Final = Path(__file__).resolve().parents[1] / "docs" / "accessibility.md"
MARK: Final = "<!-- Written by `python -m scripts.write_rgaa`. -->\n"
WORDS: Final = {
    Status.CONFORM: "met",
    Status.NOT_CONFORM: "not met",
    Status.NOT_TESTED: "not tested",
    Status.NOT_APPLICABLE: "not applicable",
}
# Each page by its place in the sample.
KEYS: Final = {page.name: f"P{n}" for n, page in enumerate(ASSESSMENT.pages, 1)}


def document() -> str:
    """Return the document with its tables written from the data."""
    before, _, _ = DOCUMENT.read_text("utf-8").partition(MARK)
    return before + MARK + "\n".join([*_summary(), "", *_pages(), "", *_criteria()]) + "\n"


def _summary() -> Iterator[str]:
    counts = ", ".join(f"{len(ASSESSMENT.list_by(one))} {word}" for one, word in WORDS.items())
    yield f"On {ASSESSED_ON.isoformat()}, of {len(ASSESSMENT.criteria)} criteria: {counts}."
    yield f"Mean rate of the {len(ASSESSMENT.pages)} pages: {_english(ASSESSMENT.rate)}."


def _pages() -> Iterator[str]:
    words = " | ".join(WORDS.values())
    yield f"| | page | address | opened by | {words} | rate |"
    yield "| --- | --- | --- | --- |" + " ---: |" * (len(WORDS) + 1)
    for page in ASSESSMENT.pages:
        counts = " | ".join(str(ASSESSMENT.count(page, one)) for one in WORDS)
        yield (
            f"| {KEYS[page.name]} | {page.title} | `{page.address}` | "
            f"{page.opened_by or 'anybody'} | {counts} | {_english(ASSESSMENT.get_rate(page))} |"
        )


def _criteria() -> Iterator[str]:
    yield "| criterion | in short | result | on the pages | evidence |"
    yield "| --- | --- | --- | --- | --- |"
    for one in ASSESSMENT.criteria:
        yield (
            f"| {one.number} | {one.wording} | {WORDS[one.status]} | {_checked_on(one)} | "
            f"{one.evidence} |"
        )


def _english(rate: Fraction) -> str:
    return percentage(rate).replace(",", ".").replace("\u00a0", " ")


def _checked_on(criterion: Criterion) -> str:
    pages = ASSESSMENT.list_pages(criterion)
    if not pages:
        return "none"
    if len(pages) == len(ASSESSMENT.pages):
        return "all"
    return " ".join(KEYS[page.name] for page in pages)


def main() -> None:
    """Rewrite docs/accessibility.md."""
    DOCUMENT.write_text(document(), "utf-8")


if __name__ == "__main__":
    main()
