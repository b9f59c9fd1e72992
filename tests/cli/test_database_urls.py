"""Every program accepts the forms of DATABASE_URL that asyncpg accepts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.database_commands import COMMANDS, run
from tests.support.db.relay import Relay
from tests.support.http.client import Client
from tests.support.programs.ports import free_port
from tests.support.programs.settings import make_settings
from web.app import create_app
from web.core.db.database import Database
from web.worker import Worker

UNREACHABLE = "La base de données ne répond pas"
# Variants of a URL whose query begins with the socket directory.
FORMS: dict[str, Callable[[str], str]] = {
    "a second host": lambda url: f"{url},/nowhere&port=5432,5433",
    "the other host first": lambda url: (
        url.replace("host=", "host=/nowhere,") + "&port=5433,5432&target_session_attrs=read-write"
    ),
    "libpq options": lambda url: f"{url}&sslmode=require&application_name=mine",
    "settings of the server": lambda url: (
        f"{url}&options=-c%20statement_timeout%3D8s&lock_timeout=4s"
    ),
}
FEW = [("migrate",), ("check",), ("failed-mails",), ("worker", "--drain"), ("rotate-keys",)]


@pytest.mark.own_session
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("command", FEW, ids=" ".join)
def test_every_command_accepts_the_database_url(
    owner_url: str, database_url: str, command: tuple[str, ...], form: str, tmp_path: Path
) -> None:
    url = FORMS[form](owner_url if command == ("migrate",) else database_url)
    status, _, output = run(command, url, tmp_path)
    assert output == []
    assert status == (1 if command == ("check",) else 0), "only SMTP is away"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("wrong", ["?sslmode=nonsense", "?host", "?port=x"])
def test_a_url_that_makes_no_sense_is_said_in_a_sentence(
    command: tuple[str, ...], wrong: str, tmp_path: Path
) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/none{wrong}"
    status, _, (sentence,) = run(command, url, tmp_path)
    assert status == 1
    assert sentence.startswith(UNREACHABLE)


def test_a_root_certificate_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/none?sslmode=verify-full"
    status, _, (sentence,) = run(("failed-mails",), url, tmp_path)
    assert status == 1
    assert f'root certificate file "{tmp_path}/.postgresql/root.crt"' in sentence


async def test_the_server_and_the_worker_take_several_hosts(relay: Relay) -> None:
    _, _, rest = relay.url.partition("@")
    where, _, name = rest.partition("/")
    url = (
        f"postgresql://compte_application@127.0.0.1:{free_port()},{where}/{name}"
        "?target_session_attrs=read-write&sslmode=prefer"
    )
    settings = make_settings(database_url=url)
    app = create_app(settings)
    async with app.router.lifespan_context(app), Client(app) as client:
        assert (await client.get("/sante/pret")).status == 200
    await Worker(settings).drain_alone()


@pytest.mark.own_session
@pytest.mark.parametrize(
    ("query", "shown"), [("", "compte-formation"), ("&application_name=mine", "mine")]
)
async def test_a_connection_has_the_name_and_the_limits_that_were_asked(
    database_url: str, query: str, shown: str
) -> None:
    limits = "&options=-c%20statement_timeout%3D8s"
    pool = Database(f"{database_url}{query}{limits}")
    await pool.connect()
    async with pool.connection() as connection:
        assert await connection.fetchval("SHOW application_name") == shown
        assert await connection.fetchval("SHOW statement_timeout") == "8s"
        assert await connection.fetchval("SHOW timezone") == "UTC"
        assert await connection.fetchval("SHOW idle_in_transaction_session_timeout") == "1min"
    await pool.disconnect()


async def test_connections_over_tcp_are_kept_alive(relay: Relay) -> None:
    pool = Database(relay.url)
    await pool.connect()
    async with pool.connection() as connection:
        channel = connection._transport.get_extra_info("socket")  # type: ignore[attr-defined]
        import socket

        assert channel.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert channel.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
    await pool.disconnect()
