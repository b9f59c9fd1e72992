"""The settings, read from the environment and checked."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from web.settings.model import Settings
from web.settings.rules import find_problem

WRONG = "a une valeur qui ne convient pas"


class InvalidSettingsError(Exception):
    """A setting is missing or wrong; the message is the French sentence to show."""


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment.

    Raises InvalidSettingsError with a sentence that names the setting.
    """
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise InvalidSettingsError(_sentence(first)) from None
    if problem := find_problem(settings):
        raise InvalidSettingsError(f"{problem}.")
    return settings


def _sentence(error: ErrorDetails) -> str:
    name = "_".join(str(part) for part in error["loc"][:1])
    if error["type"] == "missing":
        return f"Il manque le réglage {name.upper()} (variable d’environnement)."
    # Fields that pydantic validates itself have a description.
    ours = str(error["ctx"]["error"]) if error["type"] == "value_error" else WRONG
    if not name:
        return f"{ours}."
    return f"Le réglage {name.upper()} {Settings.model_fields[name].description or ours}."
