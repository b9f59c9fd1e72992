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
    Status.CONFORM: "conforme",
    Status.NOT_CONFORM: "non conforme",
    Status.NOT_APPLICABLE: "sans objet",
}


def document() -> str:
    """The document with its table as the data says."""
    before, _, _ = DOCUMENT.read_text("utf-8").partition(MARK)
    lines = [
        f"{ASSESSMENT.conform} conformes, {len(ASSESSMENT.not_conform)} non conformes, "
        f"{ASSESSMENT.not_applicable} sans objet.",
        "",
        "| critère | en bref | constat | preuve |",
        "| --- | --- | --- | --- |",
        *(
            f"| {one.number} | {one.wording} | {WORDS[one.status]} | {one.evidence} |"
            for one in ASSESSMENT.criteria
        ),
    ]
    return before + MARK + "\n".join(lines) + "\n"


def main() -> None:
    """Write it."""
    DOCUMENT.write_text(document(), "utf-8")


if __name__ == "__main__":
    main()
