"""The ways to stop the digest: in the space, by the link of a mail, by a mail program."""

from __future__ import annotations

import re
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette

from tests.organismes.digest.mornings import Mornings
from tests.support.db.rows import column, run, value
from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent, organisme_agent
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from web.core.runtime import Runtime

WISH = "SELECT wants_digest FROM professional"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/professionnels/resume-quotidien/[A-Za-z0-9_-]{43})")
MAILS = "/professionnels/compte/courriels"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def link(mornings: Mornings, dossier_id: UUID, agent: InventedAgent, outbox: Outbox) -> str:
    """The path of the link in the digest of the agent."""
    await mornings.age(dossier_id, 2)
    await mornings.come()
    await outbox.deliver()
    [mail] = outbox.to(agent.email)
    found = LINK.search(mail.text)
    assert found
    assert mail.message["List-Unsubscribe"] == f"<{found[0]}>"
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return found[1]


async def one_click(app: Starlette, path: str, **content: object) -> httpx.Response:
    """The POST of a mail program: no cookie, no origin, no form of ours."""
    transport = httpx.ASGITransport(app, client=("192.0.2.44", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as program:
        return await program.post(path, **content)  # type: ignore[arg-type]


async def test_an_agent_chooses_in_the_space(desk: Client, runtime: Runtime) -> None:
    page = await desk.get("/professionnels/compte")
    assert f'href="{MAILS}"' in page.html
    page = await desk.get(MAILS)
    assert page.values()["digest"] == "y"
    values = {name: text for name, text in page.values().items() if name != "digest"}
    page = await desk.post(MAILS, values)
    assert "Votre choix est enregistré." in page.text
    assert await value(runtime, WISH) is False

    page = await desk.get(MAILS)
    assert "digest" not in page.values()
    await desk.submit(page, {"digest": "y"})
    assert await value(runtime, WISH) is True


async def test_an_agent_who_stopped_it_gets_none(
    mornings: Mornings, dossier_id: UUID, agent: InventedAgent, outbox: Outbox, runtime: Runtime
) -> None:
    await mornings.age(dossier_id, 2)
    await run(runtime, "UPDATE professional SET wants_digest = false")
    await mornings.come()
    await outbox.deliver()
    assert outbox.to(agent.email) == []


async def test_opening_the_link_changes_nothing_and_its_button_stops_the_digest(
    client: Client, link: str, runtime: Runtime
) -> None:
    for _ in range(3):
        page = await client.get(link)
    assert await value(runtime, WISH) is True
    page = await client.submit(page)
    assert page.url == "/professionnels/resume-quotidien/arrete"
    assert "Vous ne recevrez plus le courriel du matin" in page.text
    assert await value(runtime, WISH) is False
    assert "Vous ne recevrez plus" in (await client.get(link)).text


@pytest.mark.parametrize(
    "content", [{"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}]
)
async def test_a_mail_program_stops_it_by_one_post(
    app: Starlette, link: str, runtime: Runtime, content: dict[str, object]
) -> None:
    for _ in range(2):
        answer = await one_click(app, link, **content)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert await value(runtime, WISH) is False


async def test_it_stops_the_digest_of_that_agent_alone(
    app: Starlette, link: str, runtime: Runtime, agent: InventedAgent
) -> None:
    await agents.add(runtime, organisme_agent())
    await one_click(app, link, data=ONE_CLICK)
    stopped = await column(runtime, "SELECT id FROM professional WHERE NOT wants_digest")
    assert stopped == [agent.id]


@pytest.mark.parametrize(
    "fields", [{}, {"List-Unsubscribe": ""}, {"List-Unsubscribe": "Two-Clicks"}, {"csrf": "x"}]
)
async def test_any_other_post_without_a_token_is_not_carried_out(
    app: Starlette, link: str, runtime: Runtime, fields: dict[str, str]
) -> None:
    """3.5.1."""
    answer = await one_click(app, link, data={"a": "b", **fields})
    assert answer.status_code == 403
    assert await value(runtime, WISH) is True


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_site_cannot_press_it(
    app: Starlette, link: str, runtime: Runtime, site: str
) -> None:
    """3.5.1."""
    answer = await one_click(app, link, data=ONE_CLICK, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert await value(runtime, WISH) is True


@pytest.mark.parametrize(
    "content", [{"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}]
)
async def test_no_other_form_accepts_the_post_of_a_mail_program(
    app: Starlette, content: dict[str, object]
) -> None:
    """3.5.1."""
    for path in ("/connexion", "/professionnels/deconnexion", "/nulle-part"):
        assert (await one_click(app, path, **content)).status_code in (403, 415)


async def test_a_file_is_refused(app: Starlette, link: str, runtime: Runtime) -> None:
    files = {"List-Unsubscribe": ("One-Click", b"One-Click")}
    assert (await one_click(app, link, files=files)).status_code == 400
    assert await value(runtime, WISH) is True


async def test_a_link_stops_working_after_ninety_days_or_when_it_is_cut(
    app: Starlette, client: Client, link: str, runtime: Runtime
) -> None:
    assert "Ce lien ne fonctionne pas" in (await client.get(link[:-1])).text
    await run(runtime, "UPDATE bearer_token SET expires_at = now()")
    page = await client.get(link)
    assert page.status == 404
    assert "Ce lien ne fonctionne pas" in page.text
    assert (await one_click(app, link, data=ONE_CLICK)).status_code == 404
    assert await value(runtime, WISH) is True


async def test_the_link_of_an_agent_who_left_stops_nothing(
    app: Starlette, client: Client, link: str, runtime: Runtime
) -> None:
    await run(runtime, "DELETE FROM login")
    assert (await client.get(link)).status == 404
    assert (await one_click(app, link, data=ONE_CLICK)).status_code == 404
