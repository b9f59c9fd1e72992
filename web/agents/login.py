"""The login of agents."""

from __future__ import annotations

import unicodedata

from web.agents import queries
from web.agents.kind import AGENT
from web.auth.login.service import PasswordLogin
from web.core.crypto.vault import Hasher
from web.people.emails import InvalidEmailError, parse_email
from web.people.identity import email_digests

LONGEST_EMAIL = 254


def _digests(hasher: Hasher, typed: str) -> tuple[bytes, bytes]:
    try:
        email = parse_email(typed)
    except InvalidEmailError:
        # A text that is no address has no account: it takes the same path as an address without
        # one.
        email = unicodedata.normalize("NFKC", typed)[:LONGEST_EMAIL]
    return email_digests(hasher, email)


LOGIN = PasswordLogin(AGENT, _digests, queries.AgentCredentials)
