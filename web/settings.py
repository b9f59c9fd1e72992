"""Settings: environment variables, read once into one typed object."""

from __future__ import annotations

import base64
import ipaddress
import re
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MINIMUM_SECRET_BYTES = 32
NIR_KEY_BYTES = 32
# What may follow the `?` of SMTP_URL.
STARTTLS_REQUIRED = "starttls=required"


class Environment(StrEnum):
    """Where the program runs; `production` refuses everything made for trying out."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class InvalidSettingsError(Exception):
    """A setting is missing or wrong; the message is the one sentence to show."""


def _whole_number(least: int, most: int) -> Any:
    return Field(ge=least, le=most, description=f"must be a whole number from {least} to {most}")


class Settings(BaseSettings):
    """Every setting of the program, as documented in README.md.

    A description is what is said of a wrong value, in place of pydantic's words.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    environment: Annotated[Environment, Field(description="must be production, demo or test")]
    database_url: str
    smtp_url: SecretStr
    mail_from: str
    contact_to: str
    public_url: str
    secret_key: SecretStr
    nir_keys: SecretStr
    bind: str = "127.0.0.1:8000"
    workers: Annotated[int, _whole_number(1, 256)] = 1
    metrics_bind: str = "127.0.0.1:9464"
    trusted_proxies: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(description="must list networks such as 10.0.0.0/8, separated by commas"),
    ] = ()
    argon2_memory_kib: Annotated[int, _whole_number(8, 4_194_304)] = 19456
    argon2_time: Annotated[int, _whole_number(1, 100)] = 2
    argon2_lanes: Annotated[int, _whole_number(1, 64)] = 1
    captcha_test_answer: SecretStr | None = None
    log_format: Annotated[
        str, Field(pattern="^(console|json)$", description="must be json or console")
    ] = "json"
    demo_mail_dir: str | None = None

    @field_validator("database_url")
    @classmethod
    def _postgresql_only(cls, value: str) -> str:
        if not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("must start with postgresql://")
        if "," not in value and not _has_sound_port(value):
            raise ValueError("must look like postgresql://user:password@host:port/database")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _known_smtp_scheme(cls, value: SecretStr) -> SecretStr:
        parts = _split(value.get_secret_value())
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("must look like smtp://host:port or smtps://host:port")
        if parts.path not in ("", "/") or parts.fragment:
            raise ValueError(f"must end after the port, or with ?{STARTTLS_REQUIRED}")
        # Anything else might be meant to require encryption, and would not.
        if parts.query and (parts.scheme, parts.query) != ("smtp", STARTTLS_REQUIRED):
            raise ValueError(f"knows only ?{STARTTLS_REQUIRED}, and only with smtp://")
        return value

    @field_validator("mail_from", "contact_to")
    @classmethod
    def _one_address(cls, value: str) -> str:
        local, _, domain = value.partition("@")
        if not local or not domain or re.search(r"[\s,;<>@]", local + domain):
            raise ValueError("must be one e-mail address")
        return value

    @field_validator("public_url")
    @classmethod
    def _bare_origin(cls, value: str) -> str:
        parts = _split(value)
        extra = parts.path.rstrip("/") or parts.query or parts.fragment or "@" in parts.netloc
        if extra or parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must look like https://host")
        return value.rstrip("/")

    @field_validator("bind", "metrics_bind")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        # Port 0 lets the system choose.
        if not host or not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
            raise ValueError("must look like 127.0.0.1:8000")
        return value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_networks(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = tuple(part.strip() for part in value.split(",") if part.strip())
        for part in value:
            ipaddress.ip_network(part, strict=False)
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(_encoded(value.get_secret_value())) < MINIMUM_SECRET_BYTES:
            raise ValueError(f"must hold at least {MINIMUM_SECRET_BYTES} characters")
        return value

    @field_validator("nir_keys")
    @classmethod
    def _readable_keys(cls, value: SecretStr) -> SecretStr:
        parse_keys(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _argon2_fits(self) -> Settings:
        if self.argon2_memory_kib < 8 * self.argon2_lanes:
            raise ValueError("ARGON2_MEMORY_KIB must be at least 8 for each of ARGON2_LANES")
        return self

    @model_validator(mode="after")
    def _production_is_strict(self) -> Settings:
        if self.environment is not Environment.PRODUCTION:
            return self
        url = urlsplit(self.public_url)
        if url.scheme != "https" and not _is_loopback(url.hostname or ""):
            raise ValueError("PUBLIC_URL must use https in production")
        if self.captcha_test_answer is not None:
            raise ValueError("CAPTCHA_TEST_ANSWER is refused in production")
        if self.demo_mail_dir is not None:
            raise ValueError("DEMO_MAIL_DIR is refused in production")
        if len(set(self.secret_key.get_secret_value())) < 12:
            raise ValueError("SECRET_KEY looks like a placeholder; make one with `openssl rand`")
        if any(len(set(key)) < NIR_KEY_BYTES // 2 for key in self.keyring.values()):
            raise ValueError("NIR_KEYS holds a placeholder; make one with `openssl rand`")
        return self

    @property
    def keyring(self) -> dict[str, bytes]:
        """Keys that seal personal data, by id; the first one writes."""
        return parse_keys(self.nir_keys.get_secret_value())

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are `Secure` with the `__Host-` prefix (https only)."""
        return self.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        """Scheme, host and port that browsers name as this site's origin."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def parse_keys(text: str) -> dict[str, bytes]:
    """Read `id:base64,id:base64` into 32-byte keys; ValueError says what is wrong."""
    keys: dict[str, bytes] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        identifier, _, encoded = item.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise ValueError("must look like id:base64,id:base64") from error
        if not identifier.isalnum() or len(identifier) > 16 or len(key) != NIR_KEY_BYTES:
            raise ValueError(f"must give each key a short id and {NIR_KEY_BYTES} bytes in base64")
        if identifier in keys:
            raise ValueError("names one key id twice")
        keys[identifier] = key
    if not keys:
        raise ValueError("must hold at least one key")
    return keys


def load_settings(**overrides: Any) -> Settings:
    """Read the environment.

    Raises InvalidSettingsError whose message is one sentence that names the setting.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise InvalidSettingsError(_sentence(first)) from None


def _sentence(error: ErrorDetails) -> str:
    name = "_".join(str(part) for part in error["loc"][:1])
    if error["type"] == "missing":
        return f"Setting {name.upper()} is missing."
    ours = error["msg"].removeprefix("Value error, ")
    if not name:
        return f"{ours}."
    return f"Setting {name.upper()} {Settings.model_fields[name].description or ours}."


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        # Bytes of the environment that are no text: Python makes lone surrogates of them.
        raise ValueError("must be UTF-8") from error


def _split(url: str) -> SplitResult:
    """The parts of a URL; empty ones when its host or its port makes no sense."""
    return urlsplit(url if _has_sound_port(url) else "")


def _has_sound_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
