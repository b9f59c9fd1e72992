"""Write the table of the RGAA criteria of docs/accessibility.md from `web/home/rgaa.csv`.

Run by hand when the data changes: `python -m scripts.write_rgaa`. A test keeps both in step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from web.home.accessibility import ASSESSMENT, Status

DOCUMENT: Final = Path(__file__).resolve().parents[1] / "docs" / "accessibility.md"
MARK: Final = "<!-- Written by `python -m scripts.write_rgaa`. -->\n"
WORDS: Final = {
    Status.CONFORM: "met",
    Status.NOT_CONFORM: "not met",
    Status.NOT_APPLICABLE: "not applicable",
}


def document() -> str:
    """Return the document with its table written from the data."""
    before, _, _ = DOCUMENT.read_text("utf-8").partition(MARK)
    lines = [
        f"{ASSESSMENT.conform} met, {len(ASSESSMENT.not_conform)} not met, "
        f"{ASSESSMENT.not_applicable} not applicable.",
        "",
        "| criterion | in short | result | evidence |",
        "| --- | --- | --- | --- |",
        *(
            f"| {one.number} | {one.wording} | {WORDS[one.status]} | {one.evidence} |"
            for one in ASSESSMENT.criteria
        ),
    ]
    return before + MARK + "\n".join(lines) + "\n"


def main() -> None:
    """Rewrite docs/accessibility.md."""
    DOCUMENT.write_text(document(), "utf-8")


if __name__ == "__main__":
    main()
