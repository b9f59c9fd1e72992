"""The statements sent to the database, as seen at the driver."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest


def record_statements(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return a list that fills with each statement and the shape of its result."""
    noted: list[tuple[str, str]] = []
    for name in ("execute", "executemany", "fetch", "fetchrow", "fetchval"):
        original = getattr(asyncpg.Connection, name)

        async def note(
            self: Any, query: str, *rest: Any, _original: Any = original, **options: Any
        ) -> Any:
            answer = await _original(self, query, *rest, **options)
            shape = len(answer) if isinstance(answer, list) else type(answer).__name__
            noted.append((query, answer if isinstance(answer, str) else str(shape)))
            return answer

        monkeypatch.setattr(asyncpg.Connection, name, note)
    return noted
