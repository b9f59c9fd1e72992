"""`/demo/composants`: each component in each state, rendered by the product's own macros."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from web.captcha.forms import CaptchaFields
from web.captcha.routes import captcha_context, parse_kind
from web.captcha.service import Kind
from web.core.http.paging import Paging, page_url
from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import Link, Notice, Page, Space, Templates, render
from web.demo import specimens

LINES = 240


async def show_components(request: Request) -> Response:
    """Show every component that is not in error."""
    asked = request.query_params
    step = _between(asked.get("etape"), 1, len(specimens.STEPS), 2)
    level = _between(asked.get("robustesse"), 0, len(specimens.STRENGTHS) - 1, 3)
    kind = parse_kind(asked.get("genre", ""))
    context: dict[str, Any] = {
        "empty": specimens.empty_form(),
        "filled": specimens.filled_form(),
        **_security_check(request, kind),
        # A renewed one takes the focus, which is on the flash message here.
        "renewed": False,
        "steps": specimens.steps(step),
        "step": step,
        "level": level,
        "words": specimens.STRENGTHS,
        "rules": specimens.rules(level),
        "chart": specimens.chart(),
        "paging": Paging(_between(asked.get("page"), 1, Paging(1, LINES).last, 7), LINES),
        "page_address": partial(page_url, request.path("components")),
        "dossier": specimens.dossier(),
        "sample": _page_of_a_space(request),
    }
    return render(request, "demo/components.html", context)


async def show_errors(request: Request) -> Response:
    """Show the same fields with errors, with the status of an invalid form."""
    return render(
        request, "demo/components_wrong.html", {"form": specimens.wrong_form()}, status=422
    )


ROUTES: list[BaseRoute] = [
    get("components", "/demo/composants", show_components),
    get("components-wrong", "/demo/composants/erreurs", show_errors),
]


def _security_check(request: Request, kind: Kind) -> dict[str, Any]:
    form = CaptchaFields()
    return {"form": form, **captcha_context(request, form, kind)}


def _page_of_a_space(request: Request) -> Page:
    """Return the page context of a space, with a session about to end and a flash message."""
    templates: Templates = request.app.state.templates
    address = request.path("components")
    space = Space(
        home=request.path("home"),
        login=request.path("login"),
        logout=request.path("home"),
        name_prefix="Compte de",
        label="Exemple d’espace",
    )
    nav = [
        Link(request.path("components-wrong"), "En erreur"),
        Link(address, "Composants", current="page"),
        Link(request.path("help"), "Aide"),
    ]
    return replace(
        templates.page(request, 200),
        nav=templates.links(nav),
        space=space,
        flash=Notice("success", "Votre solde DIF est enregistré."),
        session_idle_minutes=30,
        idle_ends_at=request.app.state.runtime.clock.now() + timedelta(minutes=30),
        extend_url=address,
    )


def _between(text: str | None, least: int, most: int, otherwise: int) -> int:
    """Parse a number between two bounds; any other text gives `otherwise`."""
    return int(text) if text in {str(one) for one in range(least, most + 1)} else otherwise
