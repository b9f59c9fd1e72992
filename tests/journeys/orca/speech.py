"""The speech of Orca, followed in its debug log."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

# An utterance of several lines is continued with spaces.
SPOKEN = re.compile(r"SPEECH OUTPUT: '(.*?)'(?: voice=\w+)? ?(?:\{[^\n]*\})?\n(?! )", re.DOTALL)
PATIENCE_SECONDS = 15
# Spoken or not, depending on how long a page, a selection or a mail takes.
RACY = frozenset(
    (
        "Chargement en cours. Veuillez patienter.",
        "Texte désélectionné",
        "Le courriel a été envoyé.",
    )
)


class Speech:
    """The utterances in order; each is returned once."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._offset = 0
        self._rest = b""
        self._waiting: list[str] = []
        self._changed_at = time.monotonic()

    def take(self) -> list[str]:
        """The utterances since the last call."""
        self._follow()
        said, self._waiting = self._waiting, []
        return said

    def expect(self) -> None:
        """Restart the measurement of silence: a key has just been pressed."""
        self._changed_at = time.monotonic()

    async def silence(self, seconds: float) -> list[str]:
        """Wait until the log has not grown for this long; return the utterances until then."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            self._follow()
            if time.monotonic() - self._changed_at >= seconds:
                break
            await asyncio.sleep(0.02)
        return self.take()

    async def something(self, seconds: float) -> bool:
        """Wait for an utterance, without taking it; return whether one came in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._follow()
            if self._waiting:
                return True
            await asyncio.sleep(0.02)
        return False

    def _follow(self) -> None:
        with self._log.open("rb") as log:
            log.seek(self._offset)
            new = log.read()
        if not new:
            return
        self._offset += len(new)
        self._changed_at = time.monotonic()
        # The last line may be incomplete, and an utterance goes on where the next line says so.
        whole, line, self._rest = (self._rest + new).rpartition(b"\n")
        for found in SPOKEN.finditer((whole + line).decode(errors="replace")):
            words = " ".join(found[1].split())
            if words and words not in RACY:
                self._waiting.append(words)
