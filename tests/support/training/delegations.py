"""The fields a titulaire fills in to grant a délégation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from tests.support.http.client import Client, Page
from web.core.clock import Clock
from web.domain.dates import typed_date

URL = "/espace/delegations"
NEW = f"{URL}/nouvelle"
GRANT = f"{NEW}/accorder"
SIRET = "73282932000074"
OTHER_SIRET = "35600000000048"


def today() -> date:
    """Today in Paris, as the product counts days."""
    return Clock().today()


def day(number: int) -> str:
    """A day as typed, this many days from today."""
    return typed_date(today() + timedelta(days=number))


def fields(**changes: str) -> dict[str, str]:
    """The fields of a valid form."""
    return {
        "employer_name": "Ateliers du Lac",
        "siret": "732 829 320 00074",
        "scope": "consulter",
        "starts_on": day(0),
        "ends_on": "",
        **changes,
    }


async def to_preview(client: Client, **changes: str) -> Page:
    """The answer to the first step."""
    return await client.submit(await client.get(NEW), fields(**changes), action=NEW)


async def grant(client: Client, values: Mapping[str, str] | None = None, **changes: str) -> Page:
    """Complete both steps; returns the list."""
    page = await to_preview(client, **changes)
    assert page.status == 200, page.text
    return await client.submit(page, values, action=GRANT)
