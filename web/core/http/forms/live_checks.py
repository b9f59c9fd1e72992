"""Live checks of a refused form: each error disappears once its field is corrected.

The page posts its fields to its own address, with the names of the wrong ones in the query string.
The answer has no other effect: it lists which of these errors remain, by the rules of a submission.
An error from outside the form's rules (`Form.refuse`) stays until the next submission.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from wtforms import Field

from web.core.http.forms.forms import Form
from web.core.http.request import Handler, Request

WRONG_FIELDS = "champs"
TEMPLATE = "components/_live_check.html"
_CHECKED = "has_live_check"


def with_live_check(handler: Handler, check: Handler | None) -> Handler:
    """Return the handler of a form's POST, whose live checks (sent by htmx) go to `check`."""

    async def answer(request: Request) -> Response:
        if WRONG_FIELDS not in request.query_params:
            request.scope[_CHECKED] = check is not None
            return await handler(request)
        if check is None or request.headers.get("hx-request") != "true":
            raise HTTPException(404)
        return await check(request)

    return answer


def build_live_check(form_class: type[Form]) -> Handler:
    """Return the live check of a form whose rules need only its fields and the date."""

    async def check(request: Request) -> Response:
        form = form_class(request.posted)
        form.find_errors(request.runtime.clock.today())
        return live_check_answer(request, form)

    return check


def live_check_answer(request: Request, form: Form) -> Response:
    """Render the errors that remain among those shown, and announce which fields are corrected."""
    names = request.query_params[WRONG_FIELDS].split(",")
    shown = [field for field in form if field.name in names]
    for field in form:
        if field not in shown:
            field.errors = []
    form.form_errors = []
    url = _url(request, form)
    context = {"form": form, "shown": shown, "url": url}
    text = request.app.state.templates.render(request, TEMPLATE, context)
    return HTMLResponse(text, 422 if url else 200, headers={"Vary": "HX-Request"})


def live_check_url(request: Request, form: Form) -> str:
    """Return the address of the live checks of a refused form; '' when its errors must stay."""
    return _url(request, form) if request.scope.get(_CHECKED) and form.is_checkable else ""


def _url(request: Request, form: Form) -> str:
    wrong: list[Field] = [field for field in form if field.errors]
    if not wrong:
        return ""
    names = ",".join(field.name for field in wrong)
    return f"{request.url.path}?{urlencode({WRONG_FIELDS: names}, safe=',')}"
