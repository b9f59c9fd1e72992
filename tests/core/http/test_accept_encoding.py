"""Compression follows Accept-Encoding."""

from __future__ import annotations

import itertools

from tests.support.http.client import Client

WANTED = [
    "gzip",
    "GZIP",
    "x-gzip",
    "gzip, deflate, br, zstd",
    "br;q=1.0, gzip;q=0.8, *;q=0.1",
    "*",
    "*;q=0.5",
    "identity;q=0, gzip",
    "identity;q=0.5, gzip;q=0.5",
    "gzip ; q=1",
]
UNWANTED = [
    "",
    "gzip;q=0",
    "gzip;q=0.0",
    "gzip; q=0.000",
    "gzip;q=0, *",
    "gzip;q=nan",
    "gzip;q=-1",
    "identity",
    "identity, gzip;q=0.5",
    "br",
    "deflate, br",
    "*;q=0",
    "notgzip",
    "gzipped",
]


async def test_pages_and_files_are_compressed_for_whoever_wants_it(client: Client) -> None:
    paths = ("/aide", await stylesheet(client))
    for header, path in itertools.product(WANTED, paths):
        response = await client.http.get(path, headers={"Accept-Encoding": header})
        assert response.headers.get("content-encoding") == "gzip", (header, path)
        assert "Accept-Encoding" in response.headers["vary"]


async def test_pages_and_files_are_left_as_they_are_for_the_others(client: Client) -> None:
    paths = ("/aide", await stylesheet(client))
    for header, path in itertools.product(UNWANTED, paths):
        response = await client.http.get(path, headers={"Accept-Encoding": header})
        assert "content-encoding" not in response.headers, (header, path)
        assert "Accept-Encoding" in response.headers["vary"]


async def test_the_header_may_come_in_several_lines(client: Client) -> None:
    lines = [("Accept-Encoding", "br"), ("Accept-Encoding", "gzip;q=0")]
    response = await client.http.get("/aide", headers=lines)
    assert "content-encoding" not in response.headers


async def stylesheet(client: Client) -> str:
    """The path of the stylesheet."""
    page = await client.get("/aide")
    assert page.dom is not None
    return next(
        href for node in page.dom.iter("link") if (href := node.get("href") or "").endswith(".css")
    )
