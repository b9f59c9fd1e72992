"""The versions of the program that a schema still serves, by the phases of its revisions.

A revision that expands only adds: the version before it goes on running. One that contracts
removes what a release no longer uses: that release, and later ones, go on running.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

EXPAND, CONTRACT = "expand", "contract"
# The newest revision of each release. A revision up to the first one was installed with the
# program stopped: when it contracts, it names no release.
RELEASES = {"0.2.0": "0032"}


class UnknownPhaseError(Exception):
    """A revision declares no phase, or contracts what no release is known to have given up."""


def oldest_served(revisions: Iterable[ModuleType]) -> str:
    """Return the oldest revision whose program can use a schema with all these revisions.

    Raises UnknownPhaseError.
    """
    return max(("", *map(_oldest_served_by, revisions)))


def _oldest_served_by(revision: ModuleType) -> str:
    phase = getattr(revision, "phase", None)
    name: str = revision.revision
    if phase == EXPAND:
        return ""
    if phase != CONTRACT:
        raise UnknownPhaseError(f"revision {name}: phase must be {EXPAND!r} or {CONTRACT!r}")
    if name <= min(RELEASES.values()):
        return name
    release = getattr(revision, "unused_since", None)
    if release not in RELEASES:
        raise UnknownPhaseError(f"revision {name}: unused_since must name a release of RELEASES")
    return RELEASES[release]
