"""Helpers shared by the titulaire's pages of dossiers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.auth.guard import titulaire_of
from web.core.http.request import Request
from web.core.http.templating import render
from web.dossiers.access import Author, DossierGoneError, PresentState
from web.dossiers.labels import present_sentence
from web.dossiers.reading import service
from web.dossiers.reading.views import DossierView, Line, view_of
from web.dossiers.records import DossierDetail
from web.people.history import Actor
from web.people.queries import is_open

NO_LONGER = "dossier-plus-possible"


def id_of(request: Request) -> UUID:
    """Return the dossier's id from the path."""
    found: UUID = request.path_params["dossier_id"]
    return found


def author_of(request: Request) -> Author:
    """Return the signed-in titulaire as an author, allowed while their account is open."""
    signed_in = titulaire_of(request)
    still_open = partial(is_open, account_id=signed_in.account_id)
    return Author.titulaire(signed_in.person_id, request.device, still_open)


async def get_or_404(request: Request, *, with_organismes: bool = False) -> DossierDetail:
    """Return the dossier of the path to its titulaire; raise HTTPException(404) otherwise."""
    with or_404():
        return await get_dossier(request, with_organismes=with_organismes)


async def get_dossier(request: Request, *, with_organismes: bool = False) -> DossierDetail:
    """Return the dossier of the path to its titulaire. Raises DossierGoneError."""
    return await service.get_dossier(
        request.runtime, id_of(request), author_of(request), with_organismes=with_organismes
    )


@contextmanager
def or_404() -> Iterator[None]:
    """Map DossierGoneError to a 404."""
    try:
        yield
    except DossierGoneError:
        raise HTTPException(404) from None


def seen_by_titulaire(request: Request, found: DossierDetail) -> DossierView:
    """Return the dossier's view, worded for its titulaire."""
    return view_of(found, request.runtime.vault, Actor.TITULAIRE)


def changed_page(request: Request, state: PresentState, typed: Collection[Line] = ()) -> Response:
    """Show that nothing was done because the dossier changed while its page was open."""
    context: Mapping[str, Any] = {
        "number": state.number,
        "sentence": present_sentence(state, Actor.TITULAIRE),
        "url": request.path("dossier", dossier_id=id_of(request)),
        "typed": typed,
    }
    return render(request, "dossiers/changed.html", context, status=409)


def redirect_to_dossier(request: Request) -> Response:
    """Redirect to the dossier when its status no longer allows the action."""
    return request.redirect(request.path("dossier", dossier_id=id_of(request)), NO_LONGER)
