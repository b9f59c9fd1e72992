"""The login of titulaires.

A refused login is recorded under the NIR's digest. The worker, or the next login, matches it to a
person later: writing to the history of a known person would delay the answer.
"""

from __future__ import annotations

import unicodedata

from web.auth.login.service import PasswordLogin
from web.auth.titulaires import queries
from web.auth.titulaires.kind import TITULAIRE
from web.core.crypto.vault import Hasher
from web.domain.nir import InvalidNir, parse_nir
from web.people.identity import nir_digest


def _digests(hasher: Hasher, typed: str) -> tuple[bytes]:
    try:
        nir = parse_nir(typed).value
    except InvalidNir:
        # A text that is no NIR has no account: it takes the same path as a NIR without one.
        nir = unicodedata.normalize("NFKC", typed)[:100]
    return (nir_digest(hasher, nir),)


LOGIN = PasswordLogin(TITULAIRE, _digests, queries.TitulaireCredentials, queries.note_refused)
