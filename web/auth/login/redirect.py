"""Redirection to the login page and back, shared by all spaces."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from web.auth.kept_forms import KeptForm, keep_form
from web.auth.logins import LoginKind
from web.core.http.browser.origins import SAFE_METHODS
from web.core.http.forms.form_guard import fields_to_keep
from web.core.http.forms.idempotency import KEY_FIELD
from web.core.http.forms.old_forms import old_form_of, page_above
from web.core.http.request import Request
from web.core.http.templating import wants_fragment

NOT_KEPT = (
    "Votre session est terminée et ce que vous avez saisi ne peut pas être conservé : copiez-le "
    "avant de vous identifier."
)
SESSION_ENDED = (
    "Votre session est terminée. Cette page reste ouverte ; à votre prochain envoi, il vous "
    "faudra d’abord vous identifier."
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
    """Return the form that this request sends, without passwords; None when it has no fields.

    An expired form counts, if it is known to come from our pages.
    """
    if old := old_form_of(request):
        return KeptForm.sent_to(old.path, old.query, "", old.fields) if old.is_ours else None
    if request.method in SAFE_METHODS:
        return None
    form = request.posted
    key = str(form.get(KEY_FIELD, ""))
    return KeptForm.sent_to(request.url.path, request.url.query, key, fields_to_keep(form))


@dataclass(frozen=True)
class LoginPage:
    """The login page of one kind of account.

    `url` gives its URL for a next URL; `home` and `resume` name the first page after a login, and
    the page of a form that was kept.
    """

    kind: LoginKind
    url: Callable[[Request, str], str]
    home: str
    resume: str

    async def redirect(self, request: Request) -> Response:
        """Redirect to it, with the way back to the page or to the form that was being sent.

        A fragment request replaces the page only if what was typed was kept. Raises
        AlreadyDoneError for a late copy of a POST, which may have ended or rotated the session.
        """
        if request.method not in SAFE_METHODS:
            await request.check_not_done()
        browser, typed = request.browser, typed_form(request)
        kept = typed is not None and await keep_form(
            request.runtime, self.kind, browser.digest, typed
        )
        if kept and (old := old_form_of(request)):
            old.is_stored = True
        if wants_fragment(request) and not kept:
            return refuse_fragment(NOT_KEPT if typed else SESSION_ENDED)
        if browser.is_known:
            request.notify("saisie-gardee" if kept else "session-terminee")
        home = request.path(self.home)
        next_url = request.path(self.resume) if kept else return_url(request, home)
        url = self.url(request, next_url)
        if wants_fragment(request):
            return Response(status_code=204, headers={"HX-Redirect": url})
        return RedirectResponse(url, 303)


def refuse_fragment(sentence: str) -> Response:
    """Answer a fragment request with an error message, and leave the page in place.

    Leaving the page would lose what was typed: no fragment updated while typing, or loaded late,
    may cause that.
    """
    return PlainTextResponse(sentence, 403)
