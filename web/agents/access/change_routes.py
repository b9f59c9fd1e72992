"""The pages that confirm a withdrawal, or a change of the manager's role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from uuid import UUID

from starlette.responses import Response
from starlette.routing import BaseRoute

from web.agents.access import service
from web.agents.access.pages import for_managers, get_colleague
from web.agents.access.service import BlockedColleagueError, LastManagerError
from web.agents.guard import get_agent
from web.agents.records import Agent
from web.auth.password.credentials import WrongPasswordError
from web.auth.password.forms import (
    PasswordAgainForm,
    get_typed_password,
    without_recent_password,
)
from web.auth.refusals import refused_password
from web.core.db.command import Command
from web.core.http.forms.live_checks import build_live_check
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.core.runtime import Runtime

LIST = "agent-access"
CHECK = for_managers(build_live_check(PasswordAgainForm))


class CarryOut(Protocol):
    """The service that changes the access of a colleague."""

    async def __call__(
        self, runtime: Runtime, agent: Agent, colleague_id: UUID, password: str, command: Command
    ) -> None:
        """Carry the change out.

        Raises BlockedColleagueError, LastManagerError, and those of a password.
        """


@dataclass(frozen=True)
class Outcome:
    """The name of the page that follows a change, and its notice."""

    page: str
    notice: str


@dataclass(frozen=True)
class ChangePage:
    """The page that confirms one change.

    `template` names its template. `own` is the outcome when managers change their own access, which
    may end their session.
    """

    template: str
    carry_out: CarryOut
    done: Outcome
    own: Outcome
    ends_own_session: bool = False

    async def show(self, request: Request) -> Response:
        """Ask to confirm, or explain why it is not possible."""
        form = without_recent_password(PasswordAgainForm(), get_agent(request))
        page = await self._renderer(request, form)
        return page(200)

    async def submit(self, request: Request) -> Response:
        """Carry the change out."""
        agent, colleague_id = get_agent(request), request.path_params["colleague_id"]
        form = without_recent_password(PasswordAgainForm(request.posted), agent)
        if not form.validate():
            await request.check_not_done()
            page = await self._renderer(request, form)
            return page(422)
        is_own = colleague_id == agent.id
        outcome = self.own if is_own else self.done
        command = request.command(request.path(outcome.page), outcome.notice)
        password = get_typed_password(form)
        try:
            await self.carry_out(request.runtime, agent, colleague_id, password, command)
        except (BlockedColleagueError, LastManagerError):
            page = await self._renderer(request, form)
            return page(409)
        except (WrongPasswordError, TooManyAttemptsError) as error:
            return refused_password(form, error, await self._renderer(request, form))
        if is_own and self.ends_own_session:
            request.browser.rotate()
        return request.answer(command.answer)

    async def _renderer(
        self, request: Request, form: PasswordAgainForm
    ) -> Callable[[int], Response]:
        """Return the function that renders the page with a status."""
        agent, colleague = get_agent(request), await get_colleague(request)
        is_own = colleague.id == agent.id
        context = {
            "agent": agent,
            "colleague": colleague,
            "form": form,
            "is_own": is_own,
            "is_last": is_own and await service.is_last_manager(request.runtime, agent),
        }
        template = f"agents/access/{self.template}.html"

        def page(status: int) -> Response:
            return render(request, template, context, status=status)

        return page


WITHDRAWAL = ChangePage(
    "withdraw",
    service.withdraw_colleague,
    Outcome(LIST, "acces-retire"),
    Outcome("agent-login", "acces-quitte"),
    ends_own_session=True,
)
ROLE_GIVEN = ChangePage(
    "give",
    partial(service.change_colleague_role, is_manager=True),
    Outcome(LIST, "gestion-confiee"),
    Outcome(LIST, "gestion-confiee"),
)
ROLE_REMOVED = ChangePage(
    "remove",
    partial(service.change_colleague_role, is_manager=False),
    Outcome(LIST, "gestion-retiree"),
    Outcome("agent-account", "gestion-quittee"),
)


def _routes(name: str, path: str, page: ChangePage) -> list[BaseRoute]:
    return [
        get(name, path, for_managers(page.show)),
        post(name, path, for_managers(page.submit), check=CHECK),
    ]


COLLEAGUE_ROUTE = "/professionnels/compte/acces/{colleague_id:uuid}"
ROUTES = [
    *_routes("agent-access-withdraw", f"{COLLEAGUE_ROUTE}/retirer", WITHDRAWAL),
    *_routes("agent-access-give", f"{COLLEAGUE_ROUTE}/confier", ROLE_GIVEN),
    *_routes("agent-access-remove", f"{COLLEAGUE_ROUTE}/reprendre", ROLE_REMOVED),
]
