"""A missing or wrong setting stops the program with one sentence naming it, without secrets."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from pydantic import SecretStr

from tests.settings.wrong_settings import GOOD, KEY, OPTIONAL, SECRET, WRONG, refused_by_check
from tests.support.repository import ROOT
from tests.support.text.spaces import plain
from web.settings import Settings, load_settings

MISSING = "Il manque le réglage {} (variable d’environnement)"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ignore our settings of this machine."""
    for name in (*GOOD, *OPTIONAL):
        monkeypatch.delenv(name, raising=False)


def test_argon2_needs_memory_for_each_of_its_lanes() -> None:
    too_little = {"ARGON2_MEMORY_KIB": "31", "ARGON2_LANES": "4"}

    assert "ARGON2_MEMORY_KIB" in refused_by_check({**GOOD, **too_little})


def settings_from(monkeypatch: pytest.MonkeyPatch, **changes: str) -> Settings:
    for name, value in {**GOOD, **changes}.items():
        monkeypatch.setenv(name, value)
    return load_settings()


@pytest.mark.parametrize("missing", GOOD)
def test_a_missing_setting_is_named(missing: str) -> None:
    environment = {name: value for name, value in GOOD.items() if name != missing}

    assert refused_by_check({**environment}).startswith(MISSING.format(missing))


@pytest.mark.parametrize(
    ("sentence", "value"),
    [(sentence, value) for sentence, values in WRONG.items() for value in values],
    ids=lambda part: ascii(part)[:40],
)
def test_a_wrong_setting_is_told_in_a_sentence_without_its_value(sentence: str, value: str) -> None:
    """16.2.5."""
    name = sentence.split()[0]

    assert plain(refused_by_check({**GOOD, name: value})) == f"Le réglage {sentence}.\n"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_production_accepts_http_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    settings = settings_from(monkeypatch, PUBLIC_URL=f"http://{host}/")

    assert settings.origin == f"http://{host}"
    assert not settings.secure_cookies


@pytest.mark.parametrize(
    "url",
    [
        "smtp://127.0.0.1",
        "smtp://127.0.0.1:25/",
        "smtp://127.0.0.1:25?starttls=required",
        "smtp://app:canary@127.0.0.1:25/?starttls=required",
        "smtps://127.0.0.1:465/",
    ],
)
def test_the_documented_ways_to_a_mail_server_are_accepted(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    assert settings_from(monkeypatch, SMTP_URL=url).smtp_url.get_secret_value() == url


def test_connections_are_kept_longer_than_the_proxy_keeps_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """nginx keeps an idle upstream connection open for 60 seconds."""
    assert settings_from(monkeypatch).keep_alive == 10
    assert settings_from(monkeypatch, TRUSTED_PROXIES="10.0.0.7").keep_alive == 75
    assert settings_from(monkeypatch, KEEP_ALIVE_SECONDS="620").keep_alive == 620


def test_settings_left_out_have_the_documented_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_from(monkeypatch)

    assert (settings.argon2_memory_kib, settings.argon2_time, settings.argon2_lanes) == (
        19456,
        2,
        1,
    )
    assert settings.trusted_proxies == ()
    assert settings.captcha_test_answer is None
    assert settings.secure_cookies
    assert settings.bind.startswith("127.0.0.1:")
    assert settings.metrics_bind.startswith("127.0.0.1:")


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_empty_variable_is_an_absent_one(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    without = settings_from(monkeypatch)

    assert settings_from(monkeypatch, **{name: ""}) == without


def test_every_setting_is_known_to_these_tests_and_to_the_documentation() -> None:
    names = {name.upper() for name in Settings.model_fields}
    operations = (ROOT / "docs" / "operations.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in operations.splitlines() if line.startswith("| `")]

    assert names == {*GOOD, *OPTIONAL}
    assert [name for name in names if not any(f"`{name}`" in row for row in rows)] == []


@pytest.mark.parametrize("name", GOOD)
def test_an_empty_variable_that_is_needed_is_missing(name: str) -> None:
    assert refused_by_check({**GOOD, name: ""}).startswith(MISSING.format(name))


def test_lists_are_read_with_their_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_from(monkeypatch, TRUSTED_PROXIES=" 10.0.0.0/8, ::1 ,")

    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """16.2.5."""
    settings = settings_from(monkeypatch)

    for name in ("secret_key", "nir_keys", "smtp_url"):
        assert isinstance(getattr(settings, name), SecretStr)
    assert SECRET not in repr(settings)
    assert KEY not in repr(settings)


def _run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "web", *command],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_program_itself_stops_with_status_2() -> None:
    for command in ("check", "serve"):
        done = _run(command, **{**GOOD, "SECRET_KEY": "short"})
        assert done.returncode == 2
        output = plain(done.stderr)
        assert output == "Le réglage SECRET_KEY doit contenir au moins 32 caractères.\n"


def test_check_tells_what_does_not_answer_without_its_secrets() -> None:
    done = _run("check", **GOOD)

    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "SMTP_URL" in done.stderr
    assert "canary" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
