"""« Modifier votre mot de passe » and « Mes connexions »."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.accounts.credentials import WrongPasswordError
from web.accounts.devices import device_of
from web.accounts.guard import SPACE_URL, titulaire_of, titulaires_only
from web.accounts.password_form import PasswordChangeForm
from web.accounts.password_view import password_view, titulaire_owner
from web.accounts.sentences import minutes
from web.core.browser import browser_of
from web.core.form_guard import form_of
from web.core.idempotency import digest_of
from web.core.rate_limit import TooManyAttemptsError
from web.core.rotation import next_token, rotation_of
from web.core.runtime import runtime_of
from web.core.templating import render
from web.security import service

PASSWORD_URL = "/espace/mot-de-passe"  # noqa: S105 - an address
SESSIONS_URL = "/espace/connexions"
CHANGED_URL = SESSIONS_URL
WRONG = (
    "Ce n’est pas votre mot de passe actuel : saisissez-le de nouveau. Si vous ne le retrouvez "
    "pas, déconnectez-vous et choisissez « Mot de passe oublié »."
)
SAME = "Choisissez un mot de passe différent de l’actuel."
TOO_MANY = (
    "Trop d’essais du mot de passe actuel. Par sécurité, attendez {minutes} avant de réessayer."
)


@titulaires_only
async def show_password(request: Request) -> Response:
    """« Modifier votre mot de passe »."""
    return _password_page(request, PasswordChangeForm())


async def submit_password(request: Request) -> Response:
    """Change the password, and go on under another token.

    The browser may have missed the answer to an earlier copy of this request, and with it its new
    token: the copy finds neither its session nor the current password. It says exactly what the
    first one said, so it gets the same answer.
    """
    response = await _submit_password(request)
    if response.headers.get("location") == CHANGED_URL:
        return response
    if await service.was_carried_out(runtime_of(request), digest_of(request)):
        return _changed(request)
    return response


@titulaires_only
async def _submit_password(request: Request) -> Response:
    form = PasswordChangeForm(form_of(request))
    signed_in = titulaire_of(request)
    current, new = form.password_current.data or "", form.password.data or ""
    if form.is_right_for(titulaire_owner(signed_in.identity)) and current == new:
        form.refuse("password", SAME)
    if form.errors:
        return _password_page(request, form, 422)
    try:
        await service.change_password(
            runtime_of(request),
            signed_in,
            (current, new),
            rotation_of(request),
            device_of(request),
            digest_of(request),
            CHANGED_URL,
        )
    except WrongPasswordError:
        form.refuse("password_current", WRONG)
        return _password_page(request, form, 422)
    except TooManyAttemptsError as error:
        form.refuse("password_current", TOO_MANY.format(minutes=minutes(error.retry_after)))
        response = _password_page(request, form, 429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return _changed(request)


@titulaires_only
async def show_strength(request: Request) -> Response:
    """Fragment: the strength of what is being typed; only that field is read, nothing is kept."""
    typed = str(form_of(request).get("password", ""))
    view = password_view(titulaire_owner(titulaire_of(request).identity), typed)
    return render(
        request, "signup/_strength.html", {"view": view}, fragment="signup/_strength.html"
    )


@titulaires_only
async def show_sessions(request: Request) -> Response:
    """« Mes connexions »."""
    sessions = await service.sessions_of(
        runtime_of(request), titulaire_of(request), browser_of(request).digest
    )
    context = {
        "sessions": sessions,
        "base": SESSIONS_URL,
        "password_url": PASSWORD_URL,
        "history_url": "/espace/historique?type=connexions",
    }
    return render(request, "security/sessions.html", context)


@titulaires_only
async def end_session(request: Request) -> Response:
    """End one session."""
    session_id: UUID = request.path_params["session_id"]
    await service.end_session(
        runtime_of(request), titulaire_of(request), session_id, device_of(request)
    )
    browser_of(request).notify("connexion-fermee")
    return RedirectResponse(SESSIONS_URL, 303)


@titulaires_only
async def end_other_sessions(request: Request) -> Response:
    """End all sessions but this one."""
    await service.end_other_sessions(
        runtime_of(request), titulaire_of(request), browser_of(request).digest, device_of(request)
    )
    browser_of(request).notify("connexions-fermees")
    return RedirectResponse(SESSIONS_URL, 303)


def _changed(request: Request) -> Response:
    browser = browser_of(request)
    browser.become(next_token(request))
    browser.notify("mot-de-passe-modifie")
    return RedirectResponse(CHANGED_URL, 303)


def _password_page(request: Request, form: PasswordChangeForm, status: int = 200) -> Response:
    view = password_view(titulaire_owner(titulaire_of(request).identity), "")
    context = {"form": form, "view": view, "action": PASSWORD_URL, "cancel_url": SPACE_URL}
    return render(request, "security/password.html", context, status=status)
