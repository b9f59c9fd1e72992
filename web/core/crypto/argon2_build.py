"""The build of argon2 in use: the published one, or one compiled for this machine."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution

from argon2.low_level import Type, hash_secret_raw

from web.core.text import NBSP

# Of the test suite of the reference implementation: argon2id, 2 passes over 256 KiB, one lane.
PASSWORD, SALT, PASSES, MEMORY_KIB = b"password", b"somesalt", 2, 256
EXPECTED = "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"
WRONG = (
    f"argon2 calcule des empreintes fausses sur cette machine{NBSP}: réinstallez la version "
    "publiée (docs/operations.md)."
)
PUBLISHED = f"Mots de passe{NBSP}: argon2 tel qu’il est publié, pour tout processeur."
NATIVE = f"Mots de passe{NBSP}: argon2 compilé pour cette machine."


class WrongBuildError(Exception):
    """The library computes wrong hashes; the message is the sentence to show."""


def check_argon2() -> None:
    """Compare a hash with a published one, in less than a millisecond. Raises WrongBuildError.

    A build made for another processor fails here, at start, and not at the first login.
    """
    computed = hash_secret_raw(PASSWORD, SALT, PASSES, MEMORY_KIB, 1, len(EXPECTED) // 2, Type.ID)
    if computed.hex() != EXPECTED:
        raise WrongBuildError(WRONG)


def describe_argon2() -> str:
    """Return a sentence that says which build is in use."""
    try:
        wheel = distribution("argon2-cffi-bindings").read_text("WHEEL") or ""
    except PackageNotFoundError:
        return PUBLISHED
    return NATIVE if is_compiled_here(wheel) else PUBLISHED


def is_compiled_here(wheel: str) -> bool:
    """Return whether a wheel was compiled on Linux: those that are published name a glibc."""
    tags = [line.rpartition("-")[2] for line in wheel.splitlines() if line.startswith("Tag: ")]
    return any(tag.startswith("linux_") for tag in tags)
