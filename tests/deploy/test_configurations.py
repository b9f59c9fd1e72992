"""The files of deploy/: their content, and what their own programs find, where installed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from tests.support.programs.installed import changed, program
from tests.support.programs.ports import free_port
from tests.support.repository import ROOT
from web.__main__ import cli
from web.settings import Environment, load_settings
from web.settings.model import KEEP_ALIVE_BEHIND_A_PROXY

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.*"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
SANDBOX = {
    "User=compte-formation",
    "ProtectSystem=strict",
    # With `yes`, asyncpg may not look for ~/.postgresql, and no connection is opened.
    "ProtectHome=tmpfs",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "MemoryDenyWriteExecute=yes",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged @resources",
    "SystemCallFilter=setpriority",
    "SystemCallArchitectures=native",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "UMask=0077",
    "LimitCORE=0",
}
# Of 10, by `systemd-analyze security`: 0 is the least exposed.
MOST_EXPOSED = "1.5"
SECRETS = {
    "SECRET_KEY": "l2nVQh0c0cGJm9w6gq1yKsn4b5mT8rJxPzDfUeWaXtYoR3uI",
    "NIR_KEYS": "2026a:kq3s0m9XwC4y1gZ7b2VtH8uJd5oPfNeRlQaTiYxUcKE=",
    "SMTP_URL": "smtps://robot:secret@relay.compte.example",
    "DATABASE_URL": "postgresql://compte_application@db.compte.example/compte?sslmode=verify-full",
}
STAGES = re.compile(r"^FROM (\S+)(?: AS (\w+))?$", re.M)


def lines(path: Path) -> list[str]:
    """The lines of a file that are neither empty nor comments."""
    text = path.read_text("utf-8").splitlines()
    return [line.strip() for line in text if line.strip() and line.strip()[0] not in "#;"]


def environment_file() -> dict[str, str]:
    pairs = (line.partition("=") for line in lines(DEPLOY / "compte-formation.env"))
    return {name: value for name, _, value in pairs}


def test_the_settings_are_those_of_production_and_hold_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = environment_file()
    assert SECRETS.keys().isdisjoint(written)
    for name, value in {**written, **SECRETS}.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.environment is Environment.PRODUCTION
    assert settings.keep_alive == KEEP_ALIVE_BEHIND_A_PROXY


def test_each_setting_that_is_written_is_one_of_the_program() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert [name for name in environment_file() if f"`{name}`" not in page] == []


@pytest.mark.parametrize("unit", SERVICES, ids=lambda one: one.stem)
def test_a_unit_runs_a_command_of_the_program_in_a_sandbox(unit: Path) -> None:
    found = lines(unit)
    assert SANDBOX - set(found) == set()
    [start] = [line.partition("=")[2] for line in found if line.startswith("ExecStart=")]
    python, module, name, command, *options = shlex.split(start)
    assert (python, module, name) == ("/opt/compte-formation/.venv/bin/python", "-m", "web")
    group = get_command(cli)
    assert isinstance(group, TyperGroup)
    known = {option for one in group.commands[command].params for option in one.opts}
    assert {option for option in options if option.startswith("--")} <= known


def test_the_owner_of_the_tables_is_used_by_migrate_alone() -> None:
    owner = "EnvironmentFile=/etc/compte-formation/owner.env"
    assert [unit.stem for unit in SERVICES if owner in lines(unit)] == ["compte-formation-migrate"]


def test_the_script_runs_a_command_as_the_worker_runs() -> None:
    script = DEPLOY / "systemd" / "compte-formation"
    assert output("sh", "-n", str(script)) == (0, "")
    assert os.access(script, os.X_OK)
    text = script.read_text("utf-8").replace("$settings", "/etc/compte-formation")
    worker = lines(DEPLOY / "systemd" / "compte-formation-worker.service")
    files = [line.partition("=")[2] for line in worker if line.startswith("EnvironmentFile=")]
    assert re.findall(r'--property=EnvironmentFile="(.*)"', text) == files
    [program_line] = [line.partition("=")[2] for line in worker if line.startswith("ExecStart=")]
    assert text.endswith(f'\t{program_line.removesuffix("worker")}"$@"\n')
    assert "--uid=compte-formation" in text


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.name)
def test_systemd_accepts_a_unit(unit: Path, tmp_path: Path) -> None:
    sections = [line for line in lines(unit) if line.startswith("[")]
    assert sections[0] == "[Unit]"
    assert len(sections) == len(set(sections))
    analyse = program("systemd-analyze")
    if analyse:
        for one in UNITS:
            text = one.read_text("utf-8")
            (tmp_path / one.name).write_text(
                text.replace(
                    "ExecStart=/opt/compte-formation/.venv/bin/python", "ExecStart=/bin/sh"
                )
            )
        done = output(analyse, "verify", "--man=no", str(tmp_path / unit.name))
        assert done == (0, "")
        if unit in SERVICES:
            measured = ("--offline=true", f"--threshold={MOST_EXPOSED.replace('.', '')}")
            status, found = output(analyse, "security", *measured, str(tmp_path / unit.name))
            assert status == 0, found


def output(*command: str) -> tuple[int, str]:
    """The exit status and the output of a program."""
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "SYSTEMD_PAGER": ""},
    )
    return done.returncode, done.stdout.strip()


def test_the_container_is_built_from_the_lock_and_runs_as_nobody() -> None:
    recipe = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    stages = STAGES.findall(recipe)
    assert [name for _, name in stages] == ["build", ""]
    assert len({image for image, _ in stages}) == 1
    install = next(line for line in recipe.splitlines() if "pip install" in line)
    assert "--require-hashes -r requirements.lock" in install
    assert "--only-binary :all:" in install
    last = recipe[recipe.rindex("\nFROM ") :].splitlines()
    [user] = [line.split()[1] for line in last if line.startswith("USER ")]
    assert user == "10001:10001"
    copied = re.findall(r"^COPY (?!--from)(\S+)", recipe, re.M)
    assert [path for path in copied if not (ROOT / path).exists()] == []
    assert last[-1] == 'CMD ["serve"]'


def test_patroni_accepts_its_file(postgres: Any, tmp_path: Path) -> None:
    path = DEPLOY / "patroni" / "patroni.yml"
    text = path.read_text("utf-8")
    assert not re.search(r"^\s*password:", text, re.M), "passwords come from the environment"
    assert "synchronous_mode: true" in text
    archive = (DEPLOY / "postgresql" / "compte-formation.conf").read_text("utf-8")
    [command] = re.findall(r"archive_command = '(.*)'", archive)
    assert f'archive_command: "{command}"' in text
    validate = program("patroni")
    if validate:
        file = tmp_path / "patroni.yml"
        file.write_text(
            changed(
                text,
                {
                    "listen: 10.0.0.1:8008": f"listen: 127.0.0.1:{free_port()}",
                    "listen: 10.0.0.1:5432": f"listen: 127.0.0.1:{free_port()}",
                    "/usr/lib/postgresql/18/bin": str(postgres.bin_path),
                    "/var/lib/postgresql/18/main": str(tmp_path / "data"),
                },
            )
        )
        _, found = output(validate, "--validate-config", str(file))
        # Superseded by postgresql.pg_hba, which later versions of Patroni do not ask for.
        assert found.splitlines() in ([], ["bootstrap.pg_hba  is not defined."])


def test_pgbouncer_pools_by_transaction_and_keeps_prepared_statements() -> None:
    parser = ConfigParser(interpolation=None)
    parser.read(DEPLOY / "pgbouncer" / "pgbouncer.ini", "utf-8")
    pooling = parser["pgbouncer"]
    assert pooling["pool_mode"] == "transaction"
    assert int(pooling["max_prepared_statements"]) > 0
    assert pooling["ignore_startup_parameters"] == "options"
    assert pooling["server_tls_sslmode"] == "verify-full"
