"""The build of argon2: its hashes are checked at start, and its kind is told."""

from __future__ import annotations

import pytest

from web.core.crypto import argon2_build
from web.core.crypto.argon2_build import NATIVE, PUBLISHED, WrongBuildError, check_argon2

MANYLINUX = "Wheel-Version: 1.0\nTag: cp310-abi3-manylinux_2_28_x86_64\n"
HERE = "Wheel-Version: 1.0\nTag: cp310-abi3-linux_x86_64\n"


def test_the_hash_of_a_known_password_is_the_published_one() -> None:
    check_argon2()


def test_a_build_that_computes_wrong_hashes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(argon2_build, "SALT", b"othersalt")
    with pytest.raises(WrongBuildError, match="empreintes fausses"):
        check_argon2()


@pytest.mark.parametrize(("wheel", "is_here"), [(MANYLINUX, False), (HERE, True), ("", False)])
def test_a_wheel_compiled_on_this_machine_is_told_from_a_published_one(
    wheel: str, is_here: bool
) -> None:
    assert argon2_build.is_compiled_here(wheel) is is_here


def test_the_build_in_use_is_one_or_the_other() -> None:
    assert argon2_build.describe_argon2() in (PUBLISHED, NATIVE)
