"""« Mot de passe oublié » and the page of the mailed link, for both kinds of account."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Generic

from starlette.responses import Response
from starlette.routing import BaseRoute

from web.auth.kinds import AnyOwner
from web.auth.password.forms import NewPasswordForm
from web.auth.password.page import strength_of_typed
from web.auth.password.views import password_view
from web.auth.refusals import too_many_attempts
from web.auth.reset.forms import ForgottenForm
from web.auth.reset.links import RESET_MINUTES, LinkError, LinkState
from web.auth.reset.service import FoundLink, PasswordLinks
from web.auth.sessions.devices import keep_device, read_device
from web.core.db.command import AlreadyDoneError
from web.core.http.forms.live_checks import build_live_check, live_check_answer
from web.core.http.forms.old_forms import filled_again
from web.core.http.fragments import htmx_only
from web.core.http.request import Request
from web.core.http.routing import ask, get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError


@dataclass(frozen=True)
class ResetPages(Generic[AnyOwner]):
    """The pages of one kind of account.

    `form` reads its identifier. `root` starts the paths, and `folder` holds the templates.
    """

    links: PasswordLinks[AnyOwner]
    form: type[ForgottenForm]
    root: str
    folder: str

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes of these pages."""
        name, forgotten = self._name, f"{self.root}/mot-de-passe-oublie"
        link = f"{self.root}/mot-de-passe/{{token}}"
        strength = htmx_only()(self.show_strength)
        return [
            get(name("forgotten"), forgotten, self.show_forgotten),
            post(
                name("forgotten"),
                forgotten,
                self.submit_forgotten,
                self.form,
                check=build_live_check(self.form),
            ),
            get(name("forgotten-sent"), f"{forgotten}/demande", self.show_sent),
            get(name("password-link"), link, self.show_link),
            post(name("password-link"), link, self.submit_link, check=self.check_link),
            ask(name("password-link-strength"), f"{link}/robustesse", strength),
        ]

    async def show_forgotten(self, request: Request) -> Response:
        """Show the form that asks for the identifier."""
        return self._forgotten_page(request, filled_again(request, self.form()))

    async def submit_forgotten(self, request: Request) -> Response:
        """Request a link; the answer does not reveal whether there is an account."""
        form = self.form(request.posted)
        if not form.validate():
            return self._forgotten_page(request, form, 422)
        command = request.command(request.path(self._name("forgotten-sent")))
        try:
            await self.links.ask(request.runtime, form.identifier, command)
        except TooManyAttemptsError as error:
            page = partial(self._forgotten_page, request, form)
            return too_many_attempts(form, form.TOO_MANY, error, page)
        return request.answer(command.answer)

    async def show_sent(self, request: Request) -> Response:
        """Explain what happens next."""
        return self._render(request, "forgotten_sent.html", {"link_minutes": RESET_MINUTES})

    async def show_link(self, request: Request) -> Response:
        """Show the page of the mailed link, without side effects."""
        found = await self.links.find(request.runtime, request.path_params["token"])
        if found is None or found.owner is None:
            return self._over(request, found)
        return self._form_page(request, found, found.owner, NewPasswordForm())

    async def submit_link(self, request: Request) -> Response:
        """Set the first or a new password."""
        runtime, token = request.runtime, request.path_params["token"]
        found = await self.links.find(runtime, token)
        if found is None:
            return self._over(request, None)
        form = NewPasswordForm(request.posted)
        if found.owner is not None and not form.is_right_for(found.owner.password_owner):
            return self._form_page(request, found, found.owner, form, 422)
        device = read_device(request)
        command = request.command(
            request.path(self._name("login")),
            "acces-ouvert" if found.is_invitation else "mot-de-passe-choisi",
        )
        try:
            await self.links.choose(
                runtime, token, found, form.password.data or "", device, command
            )
        except LinkError as error:
            return self._over(request, found, error.state)
        except AlreadyDoneError:
            keep_device(request, device, device.offered)
            raise
        keep_device(request, device, device.offered)
        return request.answer(command.answer)

    async def check_link(self, request: Request) -> Response:
        """Answer a live check of the new password; keeps nothing."""
        found = await self.links.find(request.runtime, request.path_params["token"])
        if found is None or found.owner is None:
            return Response(status_code=204)
        form = NewPasswordForm(request.posted)
        form.is_right_for(found.owner.password_owner)
        return live_check_answer(request, form)

    async def show_strength(self, request: Request) -> Response:
        """Render the strength of the password being typed; reads only that field, keeps nothing."""
        found = await self.links.find(request.runtime, request.path_params["token"])
        if found is None or found.owner is None:
            return Response(status_code=204)
        return strength_of_typed(request, found.owner.password_owner)

    def _forgotten_page(self, request: Request, form: ForgottenForm, status: int = 200) -> Response:
        context = {"form": form, "link_minutes": RESET_MINUTES}
        return self._render(request, "forgotten.html", context, status)

    def _form_page(
        self,
        request: Request,
        found: FoundLink[AnyOwner],
        owner: AnyOwner,
        form: NewPasswordForm,
        status: int = 200,
    ) -> Response:
        name, token = self._name, request.path_params["token"]
        context = {
            "form": form,
            "view": password_view(owner.password_owner, ""),
            "action": request.path(name("password-link"), token=token),
            "strength_url": request.path(name("password-link-strength"), token=token),
            "is_invitation": found.is_invitation,
            "owner": owner,
        }
        return self._render(request, "link.html", context, status)

    def _over(
        self,
        request: Request,
        found: FoundLink[AnyOwner] | None,
        state: LinkState | None = None,
    ) -> Response:
        state = state or (found.state if found else LinkState.UNKNOWN)
        context = {
            "state": state.value,
            "was_invitation": found is not None and found.is_invitation,
        }
        status = 404 if state is LinkState.UNKNOWN else 410
        return self._render(request, "link_over.html", context, status)

    def _render(
        self, request: Request, page: str, context: dict[str, Any], status: int = 200
    ) -> Response:
        context["prefix"] = self.links.prefix
        return render(request, f"{self.folder}/{page}", context, status=status)

    def _name(self, name: str) -> str:
        return f"{self.links.prefix}{name}"
