"""The requests that `make bench` times: each still does what it says."""

from __future__ import annotations

import asyncio
from typing import Any

from bench.people import add_accounts
from bench.requests import Requests
from bench.site import Site, running_site, serving


def test_each_kind_of_request_that_is_timed_succeeds(postgres: Any) -> None:
    """A form that gained a field would otherwise be found out at the next `make bench`.

    The site has a server of its own; `postgres` has created the user that runs it.
    """
    with running_site() as site:
        asyncio.run(_send_each(site))


async def _send_each(site: Site) -> None:
    tokens = await add_accounts(site, 2)
    with serving(site) as (port, _):
        requests = Requests(site, port, tokens)
        await requests.prepare()
        for name, one in requests.all().items():
            visitor = requests.visitor()
            await requests.begin(visitor, name)
            await one(visitor, 0)
            await visitor.close()
        await requests.close()
