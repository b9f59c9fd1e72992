"""Settings: environment variables, read once into a typed object.

`load_settings` alone makes one: it also refuses what is unsafe where the program runs.
"""

from web.settings.loading import InvalidSettingsError, load_settings
from web.settings.model import Environment, Settings

__all__ = ["Environment", "InvalidSettingsError", "Settings", "load_settings"]
