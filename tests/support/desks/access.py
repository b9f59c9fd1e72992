"""The pages of access managers, as a browser uses them."""

from __future__ import annotations

from uuid import UUID

from tests.support.db.rows import run, value
from tests.support.http.client import Client, Page
from web.core.runtime import Runtime

ACCESS = "/professionnels/compte/acces"
INVITE = f"{ACCESS}/inviter"
EVENTS = """
    SELECT string_agg(kind || CASE WHEN other_id IS NULL THEN '' ELSE ' by or of another' END, ', '
                      ORDER BY occurred_at, id)
    FROM professional_event WHERE professional_id = $1 AND kind <> 'login'
"""


def one(colleague_id: UUID, act: str = "") -> str:
    """The path of a colleague's page, or of one act on their access."""
    return f"{ACCESS}/{colleague_id}" + (f"/{act}" if act else "")


async def invite_colleague(client: Client, email: str, **fields: str) -> Page:
    """Invite an address by its form."""
    page = await client.get(INVITE)
    return await client.submit(page, {"colleague_email": email, **fields}, action=INVITE)


async def change_access(client: Client, colleague_id: UUID, act: str, **fields: str) -> Page:
    """Confirm an act on its page."""
    path = one(colleague_id, act)
    return await client.submit(await client.get(path), fields, action=path)


async def access_events(runtime: Runtime, agent_id: UUID) -> str:
    """The events of an agent but logins, oldest first."""
    return await value(runtime, EVENTS, agent_id) or ""


async def age_password(runtime: Runtime) -> None:
    """Make the password of every session too old."""
    await run(runtime, "UPDATE session SET password_at = now() - interval '11 minutes'")


def rows_of(page: Page) -> dict[str, str]:
    """The lines of the list: what follows each address."""
    assert page.dom is not None
    found = {}
    for row in page.dom.iter("tr"):
        link = row.find(".//a")
        if link is not None:
            cells = [" ".join("".join(cell.itertext()).split()) for cell in row.iter("td")]
            found[(link.text or "").strip()] = ", ".join(cells)
    return found
