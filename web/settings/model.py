"""The settings, each with its type, its default and the values that it may have."""

from __future__ import annotations

import ipaddress
import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from web.settings.legal import LegalSettings
from web.settings.values import (
    encoded,
    has_sound_port,
    is_address,
    one_email,
    parse_host,
    parse_keys,
    split_url,
)

MINIMUM_SECRET_BYTES = 32
# The only query accepted in SMTP_URL.
STARTTLS_REQUIRED = "starttls=required"


class Environment(StrEnum):
    """The environment; `production` refuses the settings made for demonstrations and tests.

    The other two only accept connections from this machine.
    """

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


# Longer than nginx's keepalive (60 s): the proxy must be the one to close idle connections.
KEEP_ALIVE_BEHIND_A_PROXY = 75
KEEP_ALIVE_IN_THE_OPEN = 10


def _whole_number(least: int, most: int) -> Any:
    return Field(ge=least, le=most, description=f"doit être un nombre entier de {least} à {most}")


_YES_OR_NO = Field(description="doit valoir yes ou no")


class Settings(LegalSettings):
    """Every setting of the program, as documented in docs/operations.md.

    A field's description is its error message, in place of pydantic's. An empty variable counts as
    absent.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    environment: Annotated[Environment, Field(description="doit valoir production, demo ou test")]
    database_url: str
    direct_database_url: str | None = None
    read_database_url: str | None = None
    smtp_url: SecretStr
    mail_from: str
    contact_to: str
    public_url: str
    secret_key: SecretStr
    nir_keys: SecretStr
    bind: str = "127.0.0.1:8000"
    workers: Annotated[int, _whole_number(1, 256)] = 1
    keep_alive_seconds: Annotated[int | None, _whole_number(1, 3600)] = None
    metrics_bind: str = "127.0.0.1:9464"
    trusted_proxies: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(description="doit énumérer des réseaux comme 10.0.0.0/8, séparés par des virgules"),
    ] = ()
    argon2_memory_kib: Annotated[int, _whole_number(8, 4_194_304)] = 19456
    argon2_time: Annotated[int, _whole_number(1, 100)] = 2
    argon2_lanes: Annotated[int, _whole_number(1, 64)] = 1
    captcha_test_answer: SecretStr | None = None
    dif_ends_on: Annotated[
        date | None, Field(description="doit être une date écrite comme 2020-12-31")
    ] = None
    log_format: Annotated[
        str, Field(pattern="^(console|json)$", description="doit valoir json ou console")
    ] = "json"
    demo_mail_dir: str | None = None
    allow_clear_text_database: Annotated[bool, _YES_OR_NO] = False
    allow_clear_text_smtp: Annotated[bool, _YES_OR_NO] = False
    allow_remote_metrics: Annotated[bool, _YES_OR_NO] = False

    @field_validator("*", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        if isinstance(value, str):
            encoded(value)
        return value

    @field_validator("database_url", "direct_database_url", "read_database_url")
    @classmethod
    def _postgresql_only(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("doit commencer par postgresql://")
        if "," not in value and not has_sound_port(value):
            raise ValueError(
                "doit être de la forme postgresql://utilisateur:mot-de-passe@serveur:port/base"
            )
        return value

    @field_validator("smtp_url")
    @classmethod
    def _known_smtp_scheme(cls, value: SecretStr) -> SecretStr:
        parts = split_url(value.get_secret_value())
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("doit être de la forme smtp://serveur:port ou smtps://serveur:port")
        if parts.path not in ("", "/") or parts.fragment:
            raise ValueError(f"doit se terminer après le port, ou par « ?{STARTTLS_REQUIRED} »")
        # Any other query might be meant to require encryption, and would be ignored.
        if parts.query and (parts.scheme, parts.query) != ("smtp", STARTTLS_REQUIRED):
            raise ValueError(f"n’accepte que « ?{STARTTLS_REQUIRED} », et seulement avec smtp://")
        return value

    @field_validator("mail_from", "contact_to")
    @classmethod
    def _one_address(cls, value: str) -> str:
        return one_email(value)

    @field_validator("public_url")
    @classmethod
    def _bare_origin(cls, value: str) -> str:
        parts = split_url(value)
        extra = parts.path.rstrip("/") or parts.query or parts.fragment or "@" in parts.netloc
        if extra or parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("doit être de la forme https://serveur")
        return value.rstrip("/")

    @field_validator("bind", "metrics_bind")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        port = value.rpartition(":")[2]
        # 0 is allowed: the system chooses the port.
        is_port = re.fullmatch("[0-9]{1,5}", port) and int(port) <= 65535
        if not is_port or not is_address(parse_host(value)):
            raise ValueError("doit être de la forme 127.0.0.1:8000")
        return value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_networks(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = tuple(part.strip() for part in value.split(",") if part.strip())
        for part in value:
            ipaddress.ip_network(part, strict=False)
        return value

    @field_validator("dif_ends_on", mode="before")
    @classmethod
    def _written_as_a_date(cls, value: Any) -> Any:
        # pydantic would also accept a number of seconds.
        if isinstance(value, str) and not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError("not a date")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(encoded(value.get_secret_value())) < MINIMUM_SECRET_BYTES:
            raise ValueError(f"doit contenir au moins {MINIMUM_SECRET_BYTES} caractères")
        return value

    @field_validator("nir_keys")
    @classmethod
    def _readable_keys(cls, value: SecretStr) -> SecretStr:
        parse_keys(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _argon2_fits(self) -> Settings:
        if self.argon2_memory_kib < 8 * self.argon2_lanes:
            raise ValueError(
                "Le réglage ARGON2_MEMORY_KIB doit valoir au moins 8 fois ARGON2_LANES"
            )
        return self

    @property
    def direct_url(self) -> str:
        """The database past any pooler, for what keeps a session: LISTEN, locks, temporary tables.

        That is DATABASE_URL when no pooler is in between.
        """
        return self.direct_database_url or self.database_url

    @property
    def keyring(self) -> dict[str, bytes]:
        """The encryption keys of personal data, by id; the first is the current one."""
        return parse_keys(self.nir_keys.get_secret_value())

    @property
    def keep_alive(self) -> int:
        """The seconds a connection may take, idle time included, to send a whole request head.

        Shorter without a trusted proxy, when anyone can open connections.
        """
        by_default = KEEP_ALIVE_BEHIND_A_PROXY if self.trusted_proxies else KEEP_ALIVE_IN_THE_OPEN
        return self.keep_alive_seconds or by_default

    @property
    def secure_cookies(self) -> bool:
        """Return whether cookies are `Secure` with the `__Host-` prefix (https only)."""
        return self.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        """The origin (scheme, host and port) that browsers send for this site."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"
