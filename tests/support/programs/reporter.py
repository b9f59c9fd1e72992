"""A progress reporter of the imports that keeps what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class RecordingReporter:
    """A progress reporter that keeps its messages."""

    refusals: list[tuple[int, str]] = field(default_factory=list)

    def read(self, line: int, size: int) -> None:
        """Ignored."""

    def refused(self, line: int, reason: str) -> None:
        """Kept."""
        self.refusals.append((line, reason))

    def step(self, name: str) -> None:
        """Ignored."""
