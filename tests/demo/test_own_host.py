"""A DNS name pointed at this machine cannot be used to read the demonstration's mails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.http.client import Client
from web.demo.catcher import start_catcher

COMPONENTS = "/demo/composants"

PATHS = [
    "/",
    "/connexion",
    "/nowhere",
    "/demo/courriels",
    "/demo/courriels/00000000000000000001",
    COMPONENTS,
    "/robots.txt",
    "/sante/vivant",
]
FOREIGN = [
    "evil.example",
    "evil.example:8000",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "127.0.0.1@evil.example",
    "localhost@evil.example:8000",
    "evil.example/127.0.0.1",
    "192.0.2.1",
    "0.0.0.0",
    "[::]:8000",
    "[2001:db8::1]",
    "[127.0.0.1",
    "127.0.0.1:port@x",
    "2130706433",
    "",
]
OURS = ["127.0.0.1:8000", "127.0.0.1", "localhost:8000", "LOCALHOST", "[::1]:8000", "127.0.0.2:80"]


@pytest.mark.parametrize("host", FOREIGN)
async def test_every_page_is_refused_under_a_foreign_name(demonstration: Client, host: str) -> None:
    """13.4: DNS rebinding reads nothing here."""
    for path in PATHS:
        answer = await demonstration.http.get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert "Compte Formation</title>" in answer.text
    posted = await demonstration.http.post("/connexion", data={"nir": "1"}, headers={"Host": host})
    assert posted.status_code == 400


@pytest.mark.parametrize("host", OURS)
async def test_the_names_of_this_machine_are_answered(demonstration: Client, host: str) -> None:
    for path in ("/", "/demo/courriels", COMPONENTS):
        assert (await demonstration.http.get(path, headers={"Host": host})).status_code == 200


def test_caught_mails_are_for_the_one_who_runs_the_demonstration(tmp_path: Path) -> None:
    """Also in a folder that an earlier version made world-readable."""
    folder = tmp_path / "courriels"
    folder.mkdir(mode=0o755)
    start_catcher(folder).stop()

    assert folder.stat().st_mode & 0o777 == 0o700
