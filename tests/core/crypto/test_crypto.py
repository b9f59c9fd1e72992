"""A ciphertext opens only for the row it was sealed for, under a key of the ring."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable

import pytest

from tests.support.programs.settings import make_settings
from web.core.clock import Randomness
from web.core.crypto.tokens import looks_like_token, new_token, token_hash
from web.core.crypto.vault import NONCE_BYTES, DecryptionError, Hasher, Vault, key_id

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
ROW, OTHER_ROW = "account:1.identity", "account:2.identity"
PLAIN = "2850599990001 d’Orange-Née".encode()
SECRET = "a secret of the right length for tests"


@pytest.fixture
def vault() -> Vault:
    return Vault({"k1": OLD}, Randomness())


@pytest.mark.parametrize("plain", [b"", b"\x00", PLAIN, b"x" * 100_000])
def test_a_sealed_value_opens_unchanged(vault: Vault, plain: bytes) -> None:
    """11.3.2."""
    assert vault.open(vault.seal(plain, ROW), ROW) == plain


def test_a_box_shows_nothing_and_never_the_same(vault: Vault) -> None:
    """11.3.4: each ciphertext has its own nonce."""
    ciphertexts = {vault.seal(PLAIN, ROW) for _ in range(200)}

    assert len(ciphertexts) == 200
    assert len({ciphertext[3 : 3 + NONCE_BYTES] for ciphertext in ciphertexts}) == 200
    assert not any(PLAIN[:6] in ciphertext for ciphertext in ciphertexts)


def test_a_box_moved_to_another_row_or_column_does_not_open(vault: Vault) -> None:
    """11.3.3: the row and column are authenticated."""
    ciphertext = vault.seal(PLAIN, ROW)
    for place in (OTHER_ROW, "account:1.email", "", ROW + " "):
        with pytest.raises(DecryptionError):
            vault.open(ciphertext, place)


def test_a_box_altered_anywhere_does_not_open(vault: Vault) -> None:
    """11.3.3: each byte in turn, and each truncation."""
    ciphertext = vault.seal(PLAIN, ROW)
    altered = [
        ciphertext[:i] + bytes([ciphertext[i] ^ 1]) + ciphertext[i + 1 :]
        for i in range(len(ciphertext))
    ]
    shortened = [ciphertext[:length] for length in range(len(ciphertext))]
    for wrong in (*altered, *shortened, ciphertext + b"\x00", b"\xff" * 40):
        with pytest.raises(DecryptionError):
            vault.open(wrong, ROW)


def test_a_box_under_an_unknown_key_does_not_open(vault: Vault) -> None:
    ciphertext = vault.seal(PLAIN, ROW)

    with pytest.raises(DecryptionError):
        Vault({"k2": NEW}, Randomness()).open(ciphertext, ROW)
    with pytest.raises(DecryptionError):
        Vault({"k1": OTHER}, Randomness()).open(ciphertext, ROW)


def test_after_a_rotation_the_first_key_writes_and_both_read(vault: Vault) -> None:
    """11.2.2."""
    old_box = vault.seal(PLAIN, ROW)
    rotated = Vault({"k2": NEW, "k1": OLD}, Randomness())
    new_box = rotated.seal(PLAIN, ROW)

    assert (key_id(old_box), key_id(new_box)) == ("k1", "k2")
    assert rotated.open(old_box, ROW) == rotated.open(new_box, ROW) == PLAIN
    with pytest.raises(DecryptionError):
        vault.open(new_box, ROW)


def test_the_settings_say_which_key_writes() -> None:
    """11.2.2."""
    one = "b25lb25lb25lb25lb25lb25lb25lb25lb25lb25lb24="
    two = "dHdvdHdvdHdvdHdvdHdvdHdvdHdvdHdvdHdvdHdvdHc="
    settings = make_settings(database_url="postgresql:///x", nir_keys=f"k2:{two},k1:{one}")

    assert Vault(settings.keyring, Randomness()).current_key == "k2"
    assert list(settings.keyring) == ["k2", "k1"]


def test_a_digest_is_stable_and_tells_uses_values_and_secrets_apart() -> None:
    """11.4: the digests of one NIR for two purposes are unrelated."""
    hasher = Hasher(SECRET)
    found = {
        Hasher(secret).digest(use, value)
        for secret, use, value in itertools.product(
            (SECRET, SECRET + "!"), ("nir", "email", "csrf", ""), ("2850599990001", "x", "")
        )
    }

    assert len(found) == 2 * 4 * 3
    assert {len(digest) for digest in found} == {32}
    assert hasher.digest("nir", "é") == Hasher(SECRET).digest("nir", "é".encode())


def test_a_digest_matches_its_own_value_alone() -> None:
    hasher = Hasher(SECRET)
    digest = hasher.digest("nir", "1")

    assert hasher.matches("nir", "1", digest)
    assert not hasher.matches("nir", "2", digest)
    assert not hasher.matches("email", "1", digest)
    assert not hasher.matches("nir", "1", digest[:-1])
    assert not hasher.matches("nir", "1", b"")


def test_tokens_are_256_bits_and_kept_as_hashes() -> None:
    """11.5.1, 6.5.2."""
    tokens = [new_token(Randomness()) for _ in range(1000)]

    assert len(set(tokens)) == 1000
    assert all(looks_like_token(token) for token in tokens)
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in tokens} == {32}
    assert all(token.encode() not in token_hash(token) for token in tokens)
    assert len({token_hash(token) for token in tokens}) == 1000


@pytest.mark.parametrize(
    "damage",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token + "\n",
        lambda token: " " + token[1:],
        lambda token: "é" + token[1:],
        lambda token: token[:-1] + "=",
        lambda token: token[:-1] + "/",
    ],
)
def test_a_damaged_token_does_not_look_like_one(damage: Callable[[str], str]) -> None:
    assert not looks_like_token(damage(new_token(Randomness())))
