"""The guard of the personal space."""

from __future__ import annotations

from web.auth.guard import Guard
from web.auth.logins import LoginKind
from web.auth.sessions.titulaire import SignedIn, find_titulaire_session
from web.core.http.request import Request

TITULAIRES = Guard(
    LoginKind.TITULAIRE,
    find_titulaire_session,
    prefix="",
    roots=("space", "login"),
    account="profile",
)
titulaires_only = TITULAIRES.admit
authenticate_titulaire = TITULAIRES.authenticate


def get_titulaire(request: Request) -> SignedIn:
    """Return the titulaire that the guard authenticated."""
    signed_in: SignedIn = request.state.signed_in
    return signed_in
