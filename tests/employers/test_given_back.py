"""The unsaved values of a draft deleted meanwhile, shown to be copied."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.db.rows import column, run
from tests.support.desks.desk import TYPED, Desk, dossier_path, new_path
from tests.support.training.dossiers import draft
from web.core.runtime import Runtime
from web.domain.submission import Draft


@pytest.mark.parametrize("change", [{}, {"duration": "beaucoup"}, {"rechercher": "1"}])
@pytest.mark.parametrize(
    "end",
    [
        "DELETE FROM dossier",
        "UPDATE dossier SET confidential = true",
        "UPDATE delegation SET revoked_at = now()",
    ],
)
async def test_typed_text_is_shown_for_copying(
    desk: Desk, runtime: Runtime, organisme_id: UUID, end: str, change: dict[str, str]
) -> None:
    delegation_id = await desk.granted()
    dossier_id = await draft(runtime, desk.person_id, Draft(title="Soudure"))
    edit, new = dossier_path(delegation_id, dossier_id, "modifier"), new_path(delegation_id)
    page = await desk.browser.get(edit)
    await run(runtime, end)
    typed = TYPED | {"organisme": str(organisme_id)} | change
    answers = [await desk.browser.submit(page, typed, action=edit)]
    if "delegation" in end:
        answers.append(await desk.browser.post(new, page.values(edit) | typed))
    for page in answers:
        assert page.status == 404
        assert "Cette page ne vous est plus accessible" in page.text
        lines = page.described()
        assert lines["Intitulé de la formation"] == TYPED["title"]
        assert lines["Durée"] == typed["duration"]
        assert lines["Organisme financeur"] == "Fongecif de démonstration"
        assert "Orange" not in page.html
    assert set(await column(runtime, "SELECT title FROM dossier")) <= {"Soudure"}


async def test_a_get_request_shows_nothing_typed(desk: Desk) -> None:
    delegation_id = await desk.granted()
    await desk.revoked(delegation_id)
    page = await desk.browser.get(f"{new_path(delegation_id)}?title=Soudure&search=Soudure")
    assert page.status == 404
    assert "Soudure" not in page.html
