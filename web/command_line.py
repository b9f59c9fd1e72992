"""What all commands do with the settings."""

from __future__ import annotations

import typer

from web.settings import InvalidSettingsError, Settings, load_settings

EXIT_BAD_SETTINGS = 2


def settings_or_exit() -> Settings:
    """The settings; ends the command with a sentence when one is wrong or missing."""
    try:
        return load_settings()
    except InvalidSettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_BAD_SETTINGS) from None
