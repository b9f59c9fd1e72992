"""A closed account, as it is kept for the person who may open another."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.core.crypto.sealed_column import TEXT, SealedColumn
from web.core.crypto.vault import Hasher, Vault
from web.domain.names import same_letters
from web.people.identity import Identity

FORMER_EMAIL = SealedColumn("former_account", "email", "former_account:{id}.email", TEXT)
_NAMES = "names of a closed account"


@dataclass(frozen=True)
class OpenAccount:
    """An open account."""

    id: UUID
    person_id: UUID
    identity: Identity


@dataclass(frozen=True)
class FormerAccount:
    """A closed account, whose holder may not be the holder of the current account.

    `email` is encrypted; None once it is deleted, or if it was never kept.
    """

    id: UUID
    holder_id: UUID
    names_digest: bytes | None
    email: bytes | None

    def has_same_names(self, hasher: Hasher, identity: Identity) -> bool:
        """Return whether the first and birth names are the closed account's, however typed."""
        if self.names_digest is None:
            return False
        return hasher.matches(_NAMES, _named(identity), bytes(self.names_digest))

    def mailbox(self, vault: Vault) -> str:
        """Return its e-mail address, or '' when it is not kept or cannot be read."""
        if self.email is None:
            return ""
        return FORMER_EMAIL.read(vault, self.email, id=self.id) or ""


def names_digest(hasher: Hasher, identity: Identity) -> bytes:
    """Return the digest that recognises the names, however typed."""
    return hasher.digest(_NAMES, _named(identity))


def _named(identity: Identity) -> str:
    """Return NIR and names; with the NIR, two people of the same name have unrelated digests."""
    names = same_letters(identity.first_name), same_letters(identity.birth_name)
    return "\n".join((identity.nir, *names))
