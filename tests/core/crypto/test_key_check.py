"""`check` reports the keys that are missing or that have another value."""

from __future__ import annotations

import pytest

from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from web.core.clock import Randomness
from web.core.crypto.key_check import KeyCheck
from web.core.crypto.vault import Vault
from web.core.runtime import Runtime
from web.people.former.records import FORMER_EMAIL
from web.people.identity import ACCOUNT_IDENTITY

RIGHT, WRONG = b"k" * 32, b"o" * 32
COLUMNS = (ACCOUNT_IDENTITY, FORMER_EMAIL)


@pytest.mark.parametrize(
    ("keys", "problems"),
    [
        ({"test1": RIGHT}, 0),
        ({"new": WRONG, "test1": RIGHT}, 0),
        ({"new": RIGHT}, 1),
        ({"test1": WRONG}, 1),
    ],
    ids=["right", "one of two", "absent", "another value"],
)
async def test_a_key_that_does_not_decrypt_what_is_stored_is_named(
    runtime: Runtime, keys: dict[str, bytes], problems: int
) -> None:
    for _ in range(2):
        await open_account(runtime, Person())
    found = await KeyCheck(Vault(keys, Randomness()), COLUMNS)(runtime.db)
    assert len(found) == problems
    assert all(one.startswith("2 valeurs chiffrées avec la clé test1, ") for one in found)
