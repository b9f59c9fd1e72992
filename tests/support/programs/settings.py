"""Settings for tests."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from tests.support.db.pooler import direct
from web.settings import Settings, load_settings

CAPTCHA_ANSWER = "robot"
DEFAULTS: dict[str, Any] = {
    "environment": "test",
    "smtp_url": "smtp://127.0.0.1:1",
    "mail_from": "ne-pas-repondre@compte-formation.example",
    "contact_to": "contact@compte-formation.example",
    "public_url": "http://127.0.0.1:8000",
    "secret_key": "a secret for tests, of the right length",
    "nir_keys": "test1:" + base64.b64encode(b"k" * 32).decode(),
    "argon2_memory_kib": 64,
    "argon2_time": 1,
    "captcha_test_answer": CAPTCHA_ANSWER,
}
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def as_variables(database_url: str) -> dict[str, str]:
    """The defaults above, as environment variables."""
    settings = with_direct_url({**DEFAULTS, "database_url": database_url})
    return {name.upper(): str(value) for name, value in settings.items()}


def make_settings(**changes: Any) -> Settings:
    """The defaults above, with the test's changes."""
    return load_settings(**with_direct_url({**DEFAULTS, **changes}))


def with_direct_url(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, with the URL past the pooler where `database_url` leads through one."""
    past = direct(str(settings.get("database_url")))
    return {"direct_database_url": past, **settings} if past else dict(settings)
