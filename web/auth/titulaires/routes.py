"""Login, and the extension of a session."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from web.auth.guard import arrival, greet_titulaire, login_step, titulaires_only
from web.auth.login.answer import LoginResult, Sentences, answer_login
from web.auth.login.service import NextStep
from web.auth.password.credentials import Attempt
from web.auth.titulaires import service
from web.auth.titulaires.forms import LoginForm
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render

SENTENCES = Sentences(
    "L’identifiant ou le mot de passe n’est pas le bon. Vérifiez les deux ; si vous avez oublié "
    "le mot de passe, suivez le lien « Mot de passe oublié » pour en choisir un nouveau.",
    "Trop d’essais pour cet identifiant ou depuis cette connexion à Internet. Par sécurité, "
    "réessayez {when}. Pour ne pas attendre, suivez le lien « Mot de passe oublié » et "
    "choisissez un nouveau mot de passe.",
)


async def show_login(request: Request) -> Response:
    """Show the login page (« Espace Titulaire »), which tells a signed-in titulaire so."""
    await greet_titulaire(request)
    return _login_page(request, filled_again(request, LoginForm()))


async def submit_login(request: Request) -> Response:
    """Log in."""
    form = LoginForm(request.posted)
    page = partial(_login_page, request, form)

    async def log_in(attempt: Attempt) -> LoginResult:
        typed = (form.nir.data or "", form.password.data or "")
        opened = await service.log_in(request.runtime, *typed, attempt)
        awaits_code = opened.step is NextStep.CODE
        url = login_step(request, "code") if awaits_code else arrival(request)
        return LoginResult(url, opened.known_by)

    return await answer_login(request, form, page, SENTENCES, log_in)


@titulaires_only
async def show_extended(request: Request) -> Response:
    """Extend the session; the warning opens this page in another tab, so that no input is lost."""
    return render(request, "security/extended.html", {"is_titulaire": True})


def _login_page(request: Request, form: LoginForm, status: int = 200) -> Response:
    context = {"form": form, "action": login_step(request, "login"), "arrival": arrival(request)}
    return render(request, "signin/login.html", context, status=status)


ROUTES = [
    get("login", "/connexion", show_login),
    post("login", "/connexion", submit_login, LoginForm),
    get("extend", "/espace/prolonger", show_extended),
]
