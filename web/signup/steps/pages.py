"""Shared by the registration pages: the current registration and the stepper."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from web.core.http.request import Request
from web.core.http.templating import render
from web.signup.steps.queries import IDLE_MINUTES, Registration, touch_registration
from web.signup.steps.rules import Step, stepper


async def find_current_registration(request: Request) -> Registration | None:
    """Return the registration of this browser, and count the request as activity."""
    browser = request.browser
    if not browser.is_known:
        return None
    registration = await touch_registration(request.runtime.db, browser.digest)
    if registration is not None and not (registration.is_submitted or registration.is_expired):
        request.state.session_idle_minutes = IDLE_MINUTES
        request.state.extend_url = request.path("signup-extend")
    return registration


def step_page(
    request: Request,
    template: str,
    step: Step,
    registration: Registration | None,
    context: dict[str, Any],
    status: int = 200,
) -> Response:
    """Render a step, with the stepper above it."""
    values = {"steps": stepper(request.path, registration), "current": step, **context}
    return render(request, template, values, status=status)
