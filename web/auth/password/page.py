"""« Modifier votre mot de passe », shared by titulaires and agents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from starlette.responses import Response

from web.auth.password.credentials import WrongPasswordError
from web.auth.password.forms import PasswordChangeForm
from web.auth.password.views import PasswordOwner, password_view
from web.auth.refusals import too_many_attempts
from web.core.db.command import Command
from web.core.http.forms.live_checks import live_check_answer
from web.core.http.request import Request
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.people.sentences import NOT_THE_CURRENT, TOO_MANY_CONFIRMATIONS

SAME = "Choisissez un mot de passe différent de l’actuel."


@dataclass(frozen=True)
class PasswordPage:
    """The names of the routes of the password page: its own, that of « Annuler », the next page.

    The route of the strength fragment has the page's own name followed by `-strength`.
    """

    name: str
    cancel: str
    changed: str

    def show(
        self,
        request: Request,
        owner: PasswordOwner,
        form: PasswordChangeForm | None = None,
        status: int = 200,
    ) -> Response:
        """Render the form for the owner of the password."""
        context = {
            "form": form or PasswordChangeForm(),
            "view": password_view(owner, ""),
            "action": request.path(self.name),
            "strength_url": request.path(f"{self.name}-strength"),
            "cancel_url": request.path(self.cancel),
            "identifier": owner.identifier,
        }
        return render(request, "security/password.html", context, status=status)

    async def submit(
        self,
        request: Request,
        owner: PasswordOwner,
        change: Callable[[str, str, Command], Awaitable[None]],
    ) -> Response:
        """Validate the form, then call `change` with the current password and the new one.

        `change` raises WrongPasswordError or TooManyAttemptsError. The session continues under a
        new token, which a copy of the request gets too: its sender may have missed this answer.
        """
        form = _read(request, owner)
        current, new = form.password_current.data or "", form.password.data or ""
        if form.errors:
            return self.show(request, owner, form, 422)
        command = request.command(request.path(self.changed), "mot-de-passe-modifie", rotates=True)
        try:
            await change(current, new, command)
        except WrongPasswordError:
            form.refuse("password_current", NOT_THE_CURRENT)
            return self.show(request, owner, form, 422)
        except TooManyAttemptsError as error:
            page = partial(self.show, request, owner, form)
            return too_many_attempts(
                form, TOO_MANY_CONFIRMATIONS, error, page, field="password_current"
            )
        return request.answer(command.answer)


def answer_password_check(request: Request, owner: PasswordOwner) -> Response:
    """Answer a live check of the form; keeps nothing."""
    return live_check_answer(request, _read(request, owner))


def _read(request: Request, owner: PasswordOwner) -> PasswordChangeForm:
    form = PasswordChangeForm(request.posted)
    if form.is_right_for(owner) and form.password_current.data == form.password.data:
        form.add_error("password", SAME)
    return form


def strength_of_typed(request: Request, owner: PasswordOwner) -> Response:
    """Render the strength of the password being typed; reads only that field, keeps nothing.

    Requests faster than a person types get the rules alone, without the strength.
    """
    typed = str(request.posted.get("password", ""))
    is_slow_enough = not request.runtime.live_limit.hit()
    view = password_view(owner, typed, with_strength=is_slow_enough)
    return render(
        request, "signup/_strength.html", {"view": view}, fragment="signup/_strength.html"
    )
