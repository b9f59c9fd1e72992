"""The guard of the personal space."""

from __future__ import annotations

from web.auth.guard import Guard
from web.auth.logins import LoginKind
from web.auth.sessions.titulaire import (
    Identified,
    SignedIn,
    TitulaireSession,
    find_titulaire_session,
)
from web.core.http.request import Request

TITULAIRES = Guard(
    LoginKind.TITULAIRE,
    find_titulaire_session,
    prefix="",
    roots=("space", "login"),
    account="profile",
)
titulaires_only = TITULAIRES.admit
# For the few pages that someone who refuses the new terms needs: their data, and the closing.
even_before_terms = TITULAIRES.admit_before("new-terms")
authenticate_titulaire = TITULAIRES.authenticate


async def authenticate_identified(request: Request) -> TitulaireSession | None:
    """Return the titulaire of the session, even if they have not accepted the new terms yet."""
    return await TITULAIRES.authenticate_before(request, "new-terms")


def get_titulaire(request: Request) -> SignedIn:
    """Return the titulaire that the guard authenticated."""
    signed_in: SignedIn = request.state.signed_in
    return signed_in


def get_identified(request: Request) -> Identified:
    """Return the titulaire that `even_before_terms` admitted."""
    identified: Identified = request.state.signed_in
    return identified
