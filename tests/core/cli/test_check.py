"""`python -m web check`: one sentence per problem, and the exit status."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.ports import free_port
from tests.support.programs.processes import inherited
from tests.support.programs.settings import DEFAULTS
from web.core.crypto.argon2_build import NATIVE, PUBLISHED


async def run(command: list[str], **settings: Any) -> tuple[int, str, str]:
    """Return the exit status, stdout and stderr."""
    environment = {name.upper(): str(value) for name, value in {**DEFAULTS, **settings}.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "web",
        *command,
        env={**inherited(), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_check_reports_that_all_is_well(database_url: str, peer: ScriptedPeer) -> None:
    url = f"smtp://127.0.0.1:{peer.port}"
    status, out, err = await run(["check"], database_url=database_url, smtp_url=url)

    assert (status, err) == (0, "")
    *_, health, build = out.splitlines()
    assert health.endswith("tout est en ordre.")
    assert build in (PUBLISHED, NATIVE)
    assert peer.count("QUIT") == 1
    assert peer.count("MAIL") == 0


async def test_every_problem_is_told_not_only_the_first() -> None:
    away = f"127.0.0.1:{free_port()}"
    database_url = f"postgresql://nobody:s3cret@{away}/none"
    status, out, err = await run(
        ["check"],
        database_url=database_url,
        read_database_url=database_url,
        smtp_url=f"smtp://{away}",
    )

    assert (status, out) == (1, "")
    database, replica, smtp = err.splitlines()
    assert "base de données" in database
    assert "(DATABASE_URL)" in database
    assert "réplica ne répond pas (READ_DATABASE_URL)" in replica
    assert "serveur de messagerie" in smtp
    assert "(SMTP_URL)" in smtp
    assert "s3cret" not in err
    assert "Traceback" not in err


async def test_a_server_to_read_from_that_follows_no_other_is_reported(
    database_url: str, peer: ScriptedPeer
) -> None:
    urls = {"database_url": database_url, "read_database_url": database_url}
    status, _, err = await run(["check"], smtp_url=f"smtp://127.0.0.1:{peer.port}", **urls)

    assert status == 1
    assert "READ_DATABASE_URL ne mène pas à un réplica" in err


async def test_a_database_that_was_never_migrated_says_what_to_run(
    postgres: Any, database_url: str, peer: ScriptedPeer
) -> None:
    status, _, err = await run(
        ["check"],
        database_url=postgres.get_uri("postgres"),
        smtp_url=f"smtp://127.0.0.1:{peer.port}",
    )

    assert status == 1
    assert "python -m web migrate" in err


async def test_a_database_that_does_not_exist_is_told(postgres: Any, peer: ScriptedPeer) -> None:
    status, _, err = await run(
        ["check"],
        database_url=postgres.get_uri("absent"),
        smtp_url=f"smtp://127.0.0.1:{peer.port}",
    )

    assert status == 1
    assert "DATABASE_URL" in err


async def test_a_wrong_smtp_password_is_told_without_showing_it(
    database_url: str, peer: ScriptedPeer
) -> None:
    peer.password = "right"
    url = f"smtp://robot:canari@127.0.0.1:{peer.port}"
    status, _, err = await run(["check"], database_url=database_url, smtp_url=url)

    assert status == 1
    assert "SMTPAuthenticationError" in err
    assert "canari" not in err


async def test_a_server_without_the_required_encryption_is_told(
    database_url: str, peer: ScriptedPeer
) -> None:
    url = f"smtp://127.0.0.1:{peer.port}?starttls=required"
    status, _, err = await run(["check"], database_url=database_url, smtp_url=url)

    assert status == 1
    assert "SMTP_URL" in err


async def test_a_wrong_setting_is_named_in_one_sentence() -> None:
    status, out, err = await run(["check"], database_url="mysql://x")

    assert (status, out) == (2, "")
    assert err == "Le réglage DATABASE_URL doit commencer par postgresql://.\n"
