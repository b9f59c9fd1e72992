"""The counters of limits, told apart: they name nobody, and every hash has some."""

from __future__ import annotations

import ipaddress

from tests.support.client import Client
from tests.support.rows import column
from web.core.networks import counted
from web.core.passwords import HASHES_PER_ADDRESS, HASHES_PER_BROWSER
from web.core.runtime import Runtime
from web.core.tokens import token_hash


async def hits_but_hashes(runtime: Runtime, client: Client) -> list[int]:
    """What is counted, smallest first, but for what this browser has hashed at its address."""
    address = counted(ipaddress.ip_address(client.address))
    browser = token_hash(client.http.cookies["compte"]).hex()
    hashed = [
        (HASHES_PER_ADDRESS, str(address)),
        (HASHES_PER_BROWSER, browser),
        *((HASHES_PER_ADDRESS.around(network), network.text) for network in address.wider),
    ]
    buckets = [runtime.hasher.digest(f"limit:{limit.name}", text) for limit, text in hashed]
    sql = "SELECT hits FROM rate_limit WHERE bucket <> ALL ($1) ORDER BY hits"
    return await column(runtime, sql, buckets)
