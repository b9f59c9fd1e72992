"""`account export`: a file of all that is kept, for its owner's eyes alone."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.support.db.rows import value
from tests.support.http.client import Client
from tests.support.logins.kinds import Account
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from web.assistance.command import Asked
from web.assistance.export.command import run_export
from web.core.runtime import Runtime
from web.settings import Settings

REASON = "Demande d’accès par courrier, identité vérifiée"


async def test_the_file_holds_what_is_kept_and_only_its_maker_reads_it(
    client: Client,
    settings: Settings,
    outbox: Outbox,
    account: Account,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await account.log_in(client)
    file = tmp_path / "donnees.json"
    assert await run_export(settings, Asked(account.identifier, REASON), file) == 0
    assert str(file) in capsys.readouterr().out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
    document = json.loads(file.read_text())
    assert account.email in file.read_text()
    assert "argon2" not in file.read_text()
    actions = {event["action"]: event["detail"] for event in document["historique"]}
    assert actions["Connexion"] == ""
    assert actions["Copie des données personnelles préparée"] == REASON
    assert len(document["connexions_ouvertes"]) == 1
    await outbox.deliver()
    mail = outbox.to(account.email)[-1]
    assert mail.subject == "Nous avons préparé une copie de vos données"
    assert REASON in mail.text


async def test_the_file_of_a_titulaire_has_the_number(
    settings: Settings, runtime: Runtime, tmp_path: Path
) -> None:
    person = Person()
    await open_account(runtime, person)
    file = tmp_path / "donnees.json"
    assert await run_export(settings, Asked(person.email, REASON), file) == 0
    document = json.loads(file.read_text())
    assert document["identite"]["numero_de_securite_sociale"] == person.nir
    assert document["historique"][0]["par"] == "service"


@pytest.mark.parametrize("name", ["deja.json", "absent/donnees.json"])
async def test_where_no_file_can_be_made_nothing_is_recorded(
    settings: Settings,
    runtime: Runtime,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    person = Person()
    await open_account(runtime, person)
    (tmp_path / "deja.json").write_text("gardé")
    assert await run_export(settings, Asked(person.nir, REASON), tmp_path / name) == 1
    assert "Rien n’a été fait" in capsys.readouterr().err
    assert (tmp_path / "deja.json").read_text() == "gardé"
    assert await value(runtime, "SELECT count(*) FROM event") == 0
    assert await value(runtime, "SELECT count(*) FROM mail") == 0


async def test_for_an_unknown_person_no_file_is_left(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "donnees.json"
    assert await run_export(settings, Asked("2850599990001", REASON), file) == 1
    assert list(tmp_path.iterdir()) == []
