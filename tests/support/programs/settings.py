"""Settings for tests."""

from __future__ import annotations

import base64
from typing import Any

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
    settings = {name.upper(): str(value) for name, value in DEFAULTS.items()}
    return {**settings, "DATABASE_URL": database_url}


def make_settings(**changes: Any) -> Settings:
    """The defaults above, with the test's changes."""
    return load_settings(**{**DEFAULTS, **changes})
