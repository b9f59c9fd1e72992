"""A driver of Firefox under Orca, by the keyboard alone, that records what Orca says.

Each new page is read line by line with the arrow keys, then used with Tab, Space, Enter and
letters, in the mode that Orca chooses.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.journeys.orca.desktop import Desktop
from tests.journeys.orca.marionette import Marionette, connected
from tests.journeys.orca.speech import Speech
from tests.journeys.site import Site
from tests.support.programs.processes import RemoteClient

PATIENCE_SECONDS = 20
MOST_TABS = 80
MOST_LINES = 300
# How long to wait for an utterance that may not come.
LAST = 2
# How long a silence must last before Orca is known to have finished, after each of these.
LINE, TAB, PAGE = 0.15, 0.3, 1.0
# The title of the summary of errors, once it has the focus.
SUMMARY = "() => document.activeElement?.id === 'erreurs' && document.activeElement.innerText"
ANSWERED = "() => !document.querySelector('.htmx-request')"
MODES = ("Mode navigation", "Mode focus")
TEXT = "() => document.readyState === 'complete' ? document.body.innerText : ''"
PLACE_OF_PAGE = "() => [location.pathname, document.title]"
# The position of a control relative to the focus: on it (0), after it (1), before it (-1).
FIND = """(name, kind) => {
  const pattern = new RegExp("^" + name + "(?!\\\\p{L})", "u");
  const words = text => (text || "").replace(/\\s+/g, " ").trim();
  const named = e => words(e.getAttribute("aria-label")
    || [...(e.labels || [])].map(label => label.textContent).join(" ") || e.textContent);
  const like = [...document.querySelectorAll(kind)].filter(
    e => e.checkVisibility({visibilityProperty: true}) && !e.closest("[aria-hidden=true]")
      && pattern.test(named(e)));
  const same = like.filter(e => named(e) === name);
  const all = same.length ? same : like;
  const control = kind.startsWith("a[") ? all.at(-1) : all[0];
  if (!control) return null;
  const now = document.activeElement ?? document.body;
  // Tab stops once in a group of radio buttons; the arrows go through it.
  const reached = now === control || (control.type === "radio" && now.name === control.name);
  const before = now !== document.body
    && now.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_PRECEDING;
  return {
    place: reached ? 0 : before ? -1 : 1, type: control.type || "", tag: control.tagName,
    focused: now === control, checked: control.checked, value: control.value,
    option: control.selectedOptions ? words(control.selectedOptions[0]?.textContent) : "",
  };
}"""
SKIP = "() => document.querySelector('a').focus()"
OUTSIDE = """() => {
  const main = document.querySelector("main");
  return !main.contains(getSelection().focusNode) && !main.contains(document.activeElement);
}"""
CONTROLS = "a[href], button, summary"
FIELDS = "input:not([type=hidden]), select, textarea"
CLOSED_MENU = """name => {
  const menu = [...document.querySelectorAll("details:not([open])")].filter(
    e => e.textContent.replace(/\\s+/g, " ").includes(name)).at(-1);
  return menu ? menu.querySelector("summary").textContent.replace(/\\s+/g, " ").trim() : null;
}"""


class ScreenReader:
    """A keyboard user whose only output is the speech of Orca."""

    activates_by_itself = True

    def __init__(
        self, site: Site, log: Path, firefox: Marionette, keyboard: asyncio.StreamWriter
    ) -> None:
        self._site = site
        self._keyboard = keyboard
        self._firefox = firefox
        self._speech = Speech(log)
        self._read: set[str] = set()
        self._in_focus_mode = False
        self._lines: list[str] = []
        self._hidden: list[tuple[str, str]] = []

    async def open(self, path: str) -> None:
        self._write_heading(f"ouvrir {path}")
        await self._firefox.go(self._site.url + path)
        await self._settle(PAGE)
        # Opened again, the page is read again: its content may have changed.
        self._read.discard((await self._firefox.evaluate(PLACE_OF_PAGE))[1])

    async def become(self, client: RemoteClient | None = None) -> None:
        """Forget the cookies, and take those of a client."""
        await self._firefox.go(f"{self._site.url}/robots.txt")
        await self._firefox.command("WebDriver:DeleteAllCookies")
        for cookie in client.http.cookies.jar if client else ():
            one = {"name": cookie.name, "value": cookie.value, "path": "/"}
            await self._firefox.command("WebDriver:AddCookie", cookie=one)
        self._lines.clear()
        await self._hear(PAGE)

    async def transcript(self) -> str:
        """A line for each key pressed so far, with what was said then."""
        await self._settle(PAGE)
        text = "\n".join(self._lines).strip() + "\n"
        for varying, kind in self._hidden:
            text = text.replace(varying, kind)
        return text

    async def hide(self, selector: str, kind: str) -> None:
        """Mask a text that changes from run to run: the transcript shows its kind instead."""
        text = await self._firefox.evaluate("s => document.querySelector(s).innerText", selector)
        self._hidden.append((_words(text), kind))

    async def press(self, name: str) -> None:
        await self._settle(TAB)
        if not await self._find(name, CONTROLS):
            menu = await self._firefox.evaluate(CLOSED_MENU, name)
            assert menu, f"{name!r} is neither on the page nor in a closed menu"
            await self.reach(menu, CONTROLS)
            await self._key("Return", "Entrée")
            await self._settle(TAB)
        control = await self.reach(name, CONTROLS)
        if control["tag"] == "A":
            await self._key("Return", "Entrée")
        else:
            await self._key("space", "Espace")

    async def write(self, label: str, text: str) -> None:
        await self._settle(TAB)
        control = await self.reach(label, FIELDS)
        if not self._in_focus_mode:
            # After a focus that a script moved, Orca may still be in browse mode.
            await self._key("Insert+a", "Inser+A")
            await self._settle(TAB)
        if control["value"]:
            # Tabbing into a field has selected its value: typing replaces it.
            await self._xdotool("key ctrl+a")
            await self._hear(LINE)
        self._record("(saisie)", [])
        typed = ""
        for run in re.findall(r"[ -~]+|[^ -~]+", text):
            await self._type(run)
            typed += run
            await self._has(label, typed)
        # What is typed may be answered in the page, a moment later.
        await self._settle(PAGE)
        await self._until(ANSWERED)
        await self._settle(TAB)

    async def _type(self, text: str) -> None:
        """Press the keys of these characters; Firefox presses those of no common keyboard."""
        if text.isascii():
            await self._xdotool(f'type --delay 15 "{text}"')
        else:
            await self._firefox.press_keys(text)

    async def _has(self, label: str, text: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := (await self._find(label, FIELDS)).get("value")) != text:
            assert time.monotonic() < deadline, f"{found!r} instead of {text!r} in {label!r}"
            await asyncio.sleep(0.05)

    async def choose(self, label: str) -> None:
        await self._settle(TAB)
        control = await self.reach(label, FIELDS)
        while not control["focused"]:
            # To the next radio button: a key of Orca.
            await self._key("r", "R")
            await self._speech.something(LAST)
            await self._settle(TAB)
            control = await self._find(label, FIELDS)
        if not control["checked"]:
            await self._key("space", "Espace")
            await self._settle(TAB)
        control = await self._find(label, FIELDS)
        assert control["checked"], f"{label!r} is not chosen"

    async def pick(self, label: str, option: str) -> None:
        await self._settle(TAB)
        control = await self.reach(label, FIELDS)
        for _ in range(60):
            if control["option"] == option:
                return
            await self._key("Down", "↓")
            await self._settle(TAB)
            control = await self._find(label, FIELDS)
        raise AssertionError(f"{option!r} is not among the choices of {label!r}")

    async def reads(self, text: str) -> None:
        """Wait for a text; read the page line by line unless it has been read already."""
        await self._see(text)
        await self._read_if_new()

    async def _read_if_new(self) -> None:
        await self._settle(PAGE)
        path, title = await self._firefox.evaluate(PLACE_OF_PAGE)
        if title not in self._read:
            self._read.add(title)
            await self._read_content(path)

    async def reads_after(self, text: str, refresh: str) -> None:
        await self.reads(text)

    async def reads_error_summary(self) -> None:
        """Wait for the focus on the error summary, then read the page unless it has been read."""
        await self._see(await self._until(SUMMARY))
        await self._read_if_new()

    async def _until(self, script: str) -> str:
        """Wait until this has a value; return it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := await self._firefox.evaluate(script)):
            assert time.monotonic() < deadline, script
            await asyncio.sleep(0.05)
        return str(found)

    async def _see(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while _words(text) not in _words(seen := await self._firefox.evaluate(TEXT) or ""):
            assert time.monotonic() < deadline, f"{text!r} is not in {seen}"
            await asyncio.sleep(0.05)

    async def _read_content(self, path: str) -> None:
        """Read line by line from the skip link's target to the end of the content."""
        self._write_heading(f"lire {path}")
        self._record("contenu", await self._to_content())
        for _ in range(MOST_LINES):
            await self._xdotool("key Down")
            heard = await self._speech.something(LAST)
            said = await self._hear(LINE)
            if not heard or await self._firefox.evaluate(OUTSIDE):
                break
            self._record("↓", said)
        await self._to_content()
        self._write_heading("utiliser")

    async def _to_content(self) -> list[str]:
        """Follow the skip link, which is the first of each page; return what Orca says there."""
        await self._firefox.evaluate(SKIP)
        await self._speech.something(LAST)
        await self._hear(TAB)
        await self._xdotool("key Return")
        await self._speech.something(LAST)
        return await self._hear(TAB)

    async def reach(self, name: str, kind: str = CONTROLS) -> dict[str, object]:
        """Press Tab, or Shift+Tab when it is behind, until this has the focus."""
        await self._settle(TAB)
        for _ in range(MOST_TABS):
            control = await self._find(name, kind)
            assert control, f"{name!r} is not on the page"
            if control["place"] == 0:
                return control
            back = control["place"] == -1
            await self._key("shift+Tab" if back else "Tab", "Maj+Tab" if back else "Tab")
            await self._speech.something(LAST)
            await self._settle(TAB)
        raise AssertionError(f"{MOST_TABS} presses on Tab did not reach {name!r}")

    async def _find(self, name: str, kind: str) -> dict[str, object]:
        pattern = re.escape(_words(name)).replace(r"\ ", r"\s").replace(r"\-", "-")
        found: dict[str, object] = await self._firefox.evaluate(FIND, pattern, kind) or {}
        return found

    async def _key(self, key: str, name: str) -> None:
        await self._settle(0)
        self._record(name, [])
        await self._xdotool(f"key {key}")

    async def _settle(self, seconds: float) -> None:
        """Record the speech that follows the last key, until Orca is silent."""
        for one in await self._hear(seconds):
            self._lines[-1] += f" | {one}"

    async def _hear(self, seconds: float) -> list[str]:
        """Return the speech up to the next silence."""
        said = await self._speech.silence(seconds)
        for one in said:
            if one in MODES:
                self._in_focus_mode = one == MODES[1]
        return said

    def _record(self, key: str, said: list[str]) -> None:
        self._lines.append(" | ".join((key, *said)))

    def _write_heading(self, text: str) -> None:
        self._lines += ["", f"## {text}"]

    async def _xdotool(self, command: str) -> None:
        """Have xdotool carry out one line of its language."""
        self._keyboard.write(f"{command}\n".encode())
        await self._keyboard.drain()
        self._speech.expect()


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@asynccontextmanager
async def listening(site: Site, desktop: Desktop) -> AsyncIterator[ScreenReader]:
    """A driver of a Firefox without cookies."""
    keyboard = await asyncio.create_subprocess_exec(
        "xdotool", "-", stdin=asyncio.subprocess.PIPE, env=desktop.environment
    )
    assert keyboard.stdin
    async with connected(desktop.marionette_port) as firefox:
        driver = ScreenReader(site, desktop.speech_log, firefox, keyboard.stdin)
        await driver.become()
        try:
            yield driver
        finally:
            keyboard.stdin.close()
            await keyboard.wait()
