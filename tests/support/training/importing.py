"""Import of a catalogue written in a few lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from tests.support.programs.reporter import RecordingReporter
from web.catalogue.import_service import Outcome, apply_catalogue
from web.catalogue.lines import COLUMNS
from web.core.runtime import Runtime


def line(code_cpf: int | str, title: str, **others: str) -> dict[str, str]:
    """A line of the file; fields not given are empty."""
    return {"code_cpf": str(code_cpf), "title": title, **others}


def as_file(lines: Iterable[dict[str, str]]) -> io.BytesIO:
    """The lines as a file, header included."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(lines)
    return io.BytesIO(text.getvalue().encode())


async def import_lines(
    runtime: Runtime, lines: Iterable[dict[str, str]], reporter: RecordingReporter | None = None
) -> Outcome:
    """Apply the lines; without a header, the first line is line 2."""
    return await apply_catalogue(
        runtime.settings.direct_url, as_file(lines), reporter or RecordingReporter()
    )
