"""A desktop without a screen: a display, the accessibility bus, Orca and Firefox, in French."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.programs.ports import free_port

# A file of each Debian package that is needed.
PACKAGES = {
    "at-spi2-core": "/usr/libexec/at-spi-bus-launcher",
    "dbus-x11": "/usr/bin/dbus-launch",
    "firefox-esr": "/usr/bin/firefox-esr",
    "firefox-esr-l10n-fr": (
        "/usr/lib/firefox-esr/browser/extensions/langpack-fr@firefox-esr.mozilla.org.xpi"
    ),
    "fonts-dejavu-core": "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "openbox": "/usr/bin/openbox",
    "orca": "/usr/bin/orca",
    "xdotool": "/usr/bin/xdotool",
    "xvfb": "/usr/bin/Xvfb",
}
FRENCH = "fr_FR.utf8"
START_SECONDS = 60
# The log line by line as it is spoken. No names of pressed keys: a transcript has them already.
# No synthesizer: nobody listens.
ORCA_SETTINGS = """
import orca.debug as debug
import orca.settings as settings
debug.debugFile.reconfigure(line_buffering=True)
debug.debugLevel = debug.LEVEL_INFO
settings.enableKeyEcho = False
settings.enableBraille = False
settings.enableSound = False
settings.sayAllOnLoad = False
settings.pageSummaryOnLoad = False
settings.speechServerFactory = "none"
settings.speechFactoryModules = []
"""
GNOME_SETTINGS = """
[org/gnome/desktop/interface]
toolkit-accessibility=true
"""
# One font for all texts, so that lines break at the same words on each machine.
FIREFOX_SETTINGS: dict[str, bool | int | str] = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.display.use_document_fonts": 0,
    "browser.newtabpage.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.formautofill.addresses.enabled": False,
    "font.name.monospace.x-western": "DejaVu Sans Mono",
    "font.name.sans-serif.x-western": "DejaVu Sans",
    "font.name.serif.x-western": "DejaVu Sans",
    "intl.accept_languages": "fr-FR, fr",
    "intl.locale.requested": "fr",
    "layout.spellcheckDefault": 0,
    "nimbus.rollouts.enabled": False,
    "places.history.enabled": False,
    "remote.prefs.recommended": False,
    "signon.autofillForms": False,
    "signon.rememberSignons": False,
    "toolkit.telemetry.enabled": False,
    "ui.prefersReducedMotion": 1,
}


def missing_packages() -> list[str]:
    """The Debian packages to install before Orca can read, if any."""
    missing = [package for package, path in PACKAGES.items() if not Path(path).exists()]
    locales = subprocess.run(("locale", "-a"), capture_output=True, text=True, check=False)
    if FRENCH not in locales.stdout.split():
        missing.append(f"locales (with {FRENCH} generated)")
    return missing


class Desktop:
    """The running programs: where Orca writes, where Firefox listens."""

    def __init__(self, folder: Path) -> None:
        self.speech_log = folder / "orca.log"
        self.marionette_port = free_port()
        self.environment = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "LANG": "fr_FR.UTF-8",
            "LANGUAGE": "fr",
            "TZ": "Europe/Paris",
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "GSETTINGS_BACKEND": "keyfile",
            "GNOME_ACCESSIBILITY": "1",
            "NO_AT_BRIDGE": "0",
        }


@contextmanager
def running_desktop(folder: Path) -> Iterator[Desktop]:
    """Start the programs in their order; stop them in the other one."""
    desktop = Desktop(folder)
    _write_settings(folder, desktop)
    environment = desktop.environment
    with ExitStack() as stack:

        def start(name: str, *command: str) -> Path:
            log = folder / f"{name}.out"
            stack.enter_context(_running(command, environment, log))
            return log

        out = start("display", "Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-noreset")
        environment["DISPLAY"] = ":" + _once(lambda: _first_line(out), "the display is open")
        out = start("bus", "dbus-daemon", "--session", "--nofork", "--print-address=1")
        environment["DBUS_SESSION_BUS_ADDRESS"] = _once(lambda: _first_line(out), "the bus answers")
        start("windows", "openbox", "--sm-disable")
        start("accessibility", "/usr/libexec/at-spi-bus-launcher", "--launch-immediately")
        start("orca", "orca", f"--debug-file={desktop.speech_log}")
        _once(lambda: "SPEECH OUTPUT" in _read(desktop.speech_log), "Orca speaks")
        start("firefox", "firefox-esr", "--profile", str(folder / "profile"), "--marionette")
        yield desktop


def _write_settings(folder: Path, desktop: Desktop) -> None:
    preferences = {**FIREFOX_SETTINGS, "marionette.port": desktop.marionette_port}
    values = {name: _literal(value) for name, value in preferences.items()}
    for path, text in (
        (".local/share/orca/orca-customizations.py", ORCA_SETTINGS),
        (".config/glib-2.0/settings/keyfile", GNOME_SETTINGS),
        (
            "profile/user.js",
            "".join(f'user_pref("{name}", {value});\n' for name, value in values.items()),
        ),
    ):
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text(text)
    (folder / "run").mkdir(mode=0o700)


def _literal(value: bool | int | str) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


@contextmanager
def _running(command: tuple[str, ...], environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run a program as the leader of a group, stopped with all that it started."""
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, env=environment, stdout=out, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process,
    ):
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(process.pid, number)
                    process.wait(5)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    continue


def _once(value: Callable[[], str | bool], what: str) -> str:
    deadline = time.monotonic() + START_SECONDS
    while not (found := value()):
        assert time.monotonic() < deadline, f"not within {START_SECONDS} s: {what}"
        time.sleep(0.05)
    return str(found)


def _first_line(path: Path) -> str:
    text = _read(path)
    return text.split("\n")[0] if "\n" in text else ""


def _read(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""
