"""Production refuses weak or open settings; a demonstration refuses any other machine."""

from __future__ import annotations

import base64
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest

from tests.settings.wrong_settings import GOOD, KEY, OPTIONAL, refused_by_check
from web.settings import InvalidSettingsError, Settings, load_settings

# In the format of `openssl rand`, identical on each run.
RANDOM = Random(1)
REMOTE = "postgresql://app:canary@db.example:5432/compte"
SOCKET = "postgresql://app:canary@/compte?host="
TOO_WEAK = {
    "PUBLIC_URL": ["http://compte.example"],
    "CAPTCHA_TEST_ANSWER": ["robot"],
    "DEMO_MAIL_DIR": ["/var/mail"],
    "SECRET_KEY": [
        "changeme-changeme-changeme-changeme",
        "0123456789ab" * 3,
        "x7Kp2mQ9" * 5,
        "abcdefghijklmnopqrstuvwxyz012345",
        "azertyuiopqsdfghjklmwxcvbn1234567890",
        "a" * 5000,
    ],
    "NIR_KEYS": [
        "k1:" + base64.b64encode(weak).decode()
        for weak in (
            bytes(32),
            b"k" * 32,
            b"0123456789abcdef" * 2,
            b"\xf0\x12\xa3\x44\x9c\x61\xd7\x08" * 4,
            b"this is no key but a few words: ",
            bytes(range(32)),
        )
    ],
    "TRUSTED_PROXIES": [
        "0.0.0.0/0",
        "::/0",
        "10.0.0.7, 0.0.0.0/0",
        "0.0.0.0/1,128.0.0.0/1",
        "104.0.0.0/8",
        "2000::/3",
        "2001::/16",
        "::/1",
    ],
    "BIND": ["0.0.0.0:8000", "[::]:8000", ":::8000", "192.0.2.1:80", "10.0.0.7:8000"],
    "METRICS_BIND": ["0.0.0.0:9464", "[::]:9464", "10.0.0.7:9464"],
    "SMTP_URL": ["smtp://mail.example", "smtp://app:canary@192.0.2.1:587/", "smtp://[2001:db8::1]"],
    "DATABASE_URL": [
        REMOTE,
        f"{REMOTE}?sslmode=prefer",
        f"{REMOTE}?sslmode=require&sslmode=disable",
        f"{REMOTE}?sslmode=",
        "postgresql://app@127.0.0.1:5432,db.example:5432/compte",
        "postgres://app@[2001:db8::1]/compte",
        "postgresql:///compte?host=db.example",
        "postgresql:///compte?host=/run/postgresql,db.example",
        "postgresql:///compte?service=compte",
    ],
    "DIRECT_DATABASE_URL": [REMOTE],
    "READ_DATABASE_URL": [REMOTE],
}
STRONG = {
    "SECRET_KEY": [
        RANDOM.randbytes(16).hex(),
        base64.b64encode(RANDOM.randbytes(24)).decode(),
        base64.urlsafe_b64encode(RANDOM.randbytes(200)).decode(),
    ],
    "NIR_KEYS": [f"k1:{KEY},k2:" + base64.b64encode(RANDOM.randbytes(32)).decode()],
    "TRUSTED_PROXIES": ["10.0.0.0/8", "172.16.0.0/12, fc00::/7", "192.0.2.1", "100.64.0.0/10"],
    "BIND": ["127.0.0.1:8000", "[::1]:8000", "127.0.0.2:80"],
    "METRICS_BIND": ["[::1]:9464"],
    "SMTP_URL": [
        "smtps://mail.example:465",
        "smtp://mail.example:587?starttls=required",
        "smtp://localhost:25",
        "smtp://[::1]:25",
    ],
    "DATABASE_URL": [
        f"{REMOTE}?sslmode=require",
        f"{REMOTE}?sslmode=verify-full",
        "postgresql://app@localhost/compte",
        "postgresql://app@[::1]:5432/compte",
        "postgresql://app@%2Frun%2Fpostgresql/compte",
        f"{SOCKET}/run/postgresql",
        "postgresql:///compte",
    ],
}
ALLOWED = [
    ({"DATABASE_URL": REMOTE}, "ALLOW_CLEAR_TEXT_DATABASE"),
    ({"DIRECT_DATABASE_URL": REMOTE}, "ALLOW_CLEAR_TEXT_DATABASE"),
    ({"READ_DATABASE_URL": REMOTE}, "ALLOW_CLEAR_TEXT_DATABASE"),
    ({"SMTP_URL": "smtp://mail.example"}, "ALLOW_CLEAR_TEXT_SMTP"),
    ({"METRICS_BIND": "0.0.0.0:9464"}, "ALLOW_REMOTE_METRICS"),
]
# OWASP's equivalent parameters for argon2id, and values just below them.
ARGON2 = {
    (47104, 1): True,
    (19456, 2): True,
    (12288, 3): True,
    (9216, 4): True,
    (7168, 5): True,
    (65536, 3): True,
    (8, 1): False,
    (47103, 1): False,
    (19455, 2): False,
    (7167, 100): False,
}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ignore the settings of this machine, ours and libpq's."""
    for name in (*GOOD, *OPTIONAL, "PGHOST", "PGSSLMODE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


def production(**changes: str) -> Settings:
    """The settings as production reads them; raises when it refuses them."""
    return load_settings(**{name.lower(): value for name, value in {**GOOD, **changes}.items()})


@pytest.mark.parametrize("name", ["DATABASE_URL", "DIRECT_DATABASE_URL", "READ_DATABASE_URL"])
@pytest.mark.parametrize("option", ["passfile", "sslcert", "sslcrl", "sslkey", "sslrootcert"])
def test_a_file_named_in_a_url_must_be_readable(name: str, option: str, tmp_path: Path) -> None:
    file = tmp_path / "a file.pem"
    url = f"{REMOTE}?sslmode=verify-full&{option}={quote(str(file))}"
    with pytest.raises(InvalidSettingsError) as refusal:
        production(**{name: url})
    assert f"{name} nomme dans {option} un fichier qui ne peut pas être lu, {file}" in str(
        refusal.value
    )
    file.touch()
    production(**{name: url})


def pairs(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in table.items() for value in values]


@pytest.mark.parametrize(("name", "value"), pairs(TOO_WEAK), ids=lambda part: ascii(part)[:50])
def test_production_refuses_what_is_weak_or_open(name: str, value: str) -> None:
    """13.4.2: no default secret, no clear text, no test switch, nothing left open by oversight."""
    assert refused_by_check({**GOOD, name: value}).startswith(f"Le réglage {name} ")


@pytest.mark.parametrize(("name", "value"), pairs(STRONG), ids=lambda part: ascii(part)[:50])
def test_production_accepts_what_is_safe(name: str, value: str) -> None:
    assert production(**{name: value})


@pytest.mark.parametrize(
    ("changes", "override"), ALLOWED, ids=[next(iter(one)) for one, _ in ALLOWED]
)
def test_an_operator_may_allow_it_by_the_setting_that_the_refusal_names(
    changes: dict[str, str], override: str
) -> None:
    assert f"{override}=yes" in refused_by_check({**GOOD, **changes})
    assert f"{override}=yes" in refused_by_check({**GOOD, **changes, override: "no"})

    assert production(**changes, **{override: "yes"})


@pytest.mark.parametrize(("memory", "passes"), ARGON2)
def test_production_hashes_passwords_as_owasp_asks_at_least(memory: int, passes: int) -> None:
    """11.4.2."""
    changes = {"ARGON2_MEMORY_KIB": str(memory), "ARGON2_TIME": str(passes)}
    if ARGON2[memory, passes]:
        assert production(**changes)
    else:
        assert "ARGON2_MEMORY_KIB" in refused_by_check({**GOOD, **changes})


def test_a_site_open_to_the_network_names_its_proxy() -> None:
    assert production(BIND="0.0.0.0:8000", TRUSTED_PROXIES="10.0.0.7")


@pytest.mark.parametrize("variable", ["PGHOST", "PGSERVICE"])
def test_variables_of_libpq_count_in_the_checks_of_the_database(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "db.example")
    with pytest.raises(InvalidSettingsError, match="DATABASE_URL"):
        production(DATABASE_URL="postgresql:///compte")
    monkeypatch.setenv("PGSSLMODE", "require")

    assert production(DATABASE_URL="postgresql:///compte")


@pytest.mark.parametrize("environment", ["demo", "test"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "https://compte.example"),
        ("PUBLIC_URL", "http://192.0.2.1:8000"),
        ("BIND", "0.0.0.0:8000"),
        ("BIND", "[::]:8000"),
        ("METRICS_BIND", "0.0.0.0:9464"),
    ],
)
def test_the_demo_and_test_environments_stay_on_this_machine(
    environment: str, name: str, value: str
) -> None:
    """13.4.2: its mails are public, its security check has a known answer."""
    here = {**GOOD, "ENVIRONMENT": environment, "PUBLIC_URL": "http://127.0.0.1:8000"}
    message = refused_by_check({**here, "TRUSTED_PROXIES": "10.0.0.7", name: value})

    assert message.startswith(f"Le réglage {name} ")
    assert "127.0.0.1" in message
    assert "ENVIRONMENT=production" in message


@pytest.mark.parametrize("environment", ["demo", "test"])
@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_on_this_machine_they_take_what_production_refuses(
    monkeypatch: pytest.MonkeyPatch, environment: str, host: str
) -> None:
    lax = {"ARGON2_MEMORY_KIB": "8", "ARGON2_TIME": "1", "SECRET_KEY": "a" * 32}
    for name, value in {**GOOD, **lax, "CAPTCHA_TEST_ANSWER": "robot"}.items():
        monkeypatch.setenv(name, value)

    assert load_settings(environment=environment, public_url=f"http://{host}")
