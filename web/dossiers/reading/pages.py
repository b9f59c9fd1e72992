"""Helpers shared by the pages of dossiers, the titulaire's above all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial, wraps
from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.auth.titulaires.guard import get_titulaire, titulaires_only
from web.core.http.request import Handler, Request
from web.core.http.templating import render
from web.dossiers.access import Author, DossierGoneError, PresentState
from web.dossiers.labels import present_sentence
from web.dossiers.reading import service
from web.dossiers.reading.views import DossierView, Line, view_of
from web.dossiers.records import DossierDetail
from web.people.history.events import Actor
from web.people.queries import is_open

NO_LONGER = "dossier-plus-possible"


def id_of(request: Request) -> UUID:
    """Return the dossier's id from the path."""
    found: UUID = request.path_params["dossier_id"]
    return found


def or_404(handler: Handler) -> Handler:
    """Map DossierGoneError to a 404."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except DossierGoneError:
            raise HTTPException(404) from None

    return answer


def own_dossiers_only(handler: Handler) -> Handler:
    """Require a signed-in titulaire; answer 404 for a dossier that is not theirs, or gone."""
    return titulaires_only(or_404(handler))


def author_of(request: Request) -> Author:
    """Return the signed-in titulaire as an author, allowed while their account is open."""
    signed_in = get_titulaire(request)
    still_open = partial(is_open, account_id=signed_in.account_id)
    return Author.titulaire(signed_in.person_id, request.device, still_open)


async def get_dossier(request: Request, *, with_organismes: bool = False) -> DossierDetail:
    """Return the dossier of the path to its titulaire. Raises DossierGoneError."""
    return await service.get_dossier(
        request.runtime, id_of(request), author_of(request), with_organismes=with_organismes
    )


def seen_by_titulaire(request: Request, found: DossierDetail) -> DossierView:
    """Return the dossier's view, worded for its titulaire."""
    return view_of(found, request.runtime.vault, Actor.TITULAIRE)


def changed_page(
    request: Request,
    state: PresentState,
    viewer: Actor,
    url: str,
    typed: Collection[Line] = (),
) -> Response:
    """Show that nothing was done because the dossier, at `url`, changed while its page was open."""
    context: Mapping[str, Any] = {
        "number": state.number,
        "sentence": present_sentence(state, viewer),
        "url": url,
        "typed": typed,
    }
    return render(request, "dossiers/changed.html", context, status=409)
