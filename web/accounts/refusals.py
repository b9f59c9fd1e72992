"""The answer of a form once a limit is reached: the same form, and how long to wait."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from web.accounts.sentences import when_again
from web.core.forms import Form
from web.core.rate_limit import TooManyAttemptsError


def refuse_for_a_while(
    form: Form,
    sentence: str,
    error: TooManyAttemptsError,
    page: Callable[[int], Response],
    *,
    field: str = "",
) -> Response:
    """Say so at the top of the form, or beside a field; `{when}` in the sentence is the time.

    `page` shows the form with a status.
    """
    form.refuse(field, sentence.format(when=when_again(error.retry_after)))
    return again_later(page(429), error)


def again_later(response: Response, error: TooManyAttemptsError) -> Response:
    """The same answer, which also tells programs when to try again."""
    response.headers["Retry-After"] = str(error.retry_after)
    return response
