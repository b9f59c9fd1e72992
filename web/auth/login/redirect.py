"""The return from the login: to the page asked for, or to the form that was being sent."""

from __future__ import annotations

from collections.abc import Collection

from starlette.responses import PlainTextResponse, Response

from web.auth.kept_forms import KeptForm
from web.core.http.browser.origins import SAFE_METHODS
from web.core.http.forms.form_guard import fields_to_keep
from web.core.http.forms.idempotency import KEY_FIELD
from web.core.http.forms.old_forms import old_form_of, page_above
from web.core.http.request import Request

NOT_KEPT = (
    "Votre session est terminée et ce que vous avez saisi ne peut pas être conservé : copiez-le "
    "avant de vous identifier."
)
SESSION_ENDED = (
    "Votre session est terminée. Cette page reste ouverte ; à votre prochain envoi, il vous "
    "faudra d’abord vous identifier."
)

LOGIN_UNFINISHED = (
    "Il reste une étape avant d’ouvrir votre espace. Cette page reste ouverte ; à votre prochain "
    "envoi, cette étape vous sera proposée."
)


def safe_path(path: str, roots: Collection[str], otherwise: str) -> str:
    """Return `path` if it is one of the roots or below one, else `otherwise`."""
    inside = any(path == root or path.startswith(f"{root}/") for root in roots)
    return path if inside and "\\" not in path and ".." not in path else otherwise


def return_url(request: Request, home: str) -> str:
    """Return the URL to come back to after login; for a POST, that of its nearest GET page."""
    path = request.url.path
    if request.method in SAFE_METHODS:
        return path
    return page_above(request.app.routes, path) or home


def typed_form(request: Request) -> KeptForm | None:
    """Return the form in this request, without passwords; None when it has no fields."""
    if old := old_form_of(request):
        return KeptForm.sent_to(old.path, old.query, "", old.fields)
    if request.method in SAFE_METHODS:
        return None
    form = request.posted
    key = str(form.get(KEY_FIELD, ""))
    return KeptForm.sent_to(request.url.path, request.url.query, key, fields_to_keep(form))


def refuse_fragment(sentence: str) -> Response:
    """Answer a fragment request with an error message, and leave the page in place.

    Another page would lose the input: a fragment updated while typing, or loaded late, must never
    cause that.
    """
    return PlainTextResponse(sentence, 403)
