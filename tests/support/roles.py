"""The two roles of a test's database, as docs/operations.md has them."""

from __future__ import annotations

OWNER = "compte_owner"
APPLICATION = "compte_application"
# Who administers the server.
ADMINISTRATOR = "postgres"


def as_role(database_url: str, role: str) -> str:
    """The same database, entered by another role; the server asks no password."""
    scheme, _, rest = database_url.partition("://")
    return f"{scheme}://{role}@{rest.partition('@')[2]}"
