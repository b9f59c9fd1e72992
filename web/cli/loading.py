"""Loading of the settings in commands."""

from __future__ import annotations

import sys

import typer

from web.settings import InvalidSettingsError, Settings, load_settings

EXIT_BAD_SETTINGS = 2


def settings_or_exit() -> Settings:
    """Return the settings; exit with a French sentence when one is wrong or missing."""
    try:
        return load_settings()
    except InvalidSettingsError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(EXIT_BAD_SETTINGS) from None
