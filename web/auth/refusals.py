"""The answers to a form once a rate limit is reached, or to a wrong password: the form again."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from web.auth.password.credentials import WrongPasswordError
from web.core.http.forms.forms import Form
from web.core.rate_limit import TooManyAttemptsError
from web.people.history.events import TooManyEventsError
from web.people.sentences import NOT_THE_CURRENT, TOO_MANY_CONFIRMATIONS, when_again


def too_many_attempts(
    form: Form,
    sentence: str,
    error: TooManyAttemptsError,
    page: Callable[[int], Response],
    *,
    field: str = "",
) -> Response:
    """Answer 429 with an error on the form, or on a field; `{when}` in it becomes the wait.

    `page` renders the form with a status.
    """
    form.refuse(field, sentence.format(when=when_again(error.retry_after)))
    return with_retry_after(page(429), error)


def refused_password(
    form: Form,
    error: WrongPasswordError | TooManyAttemptsError,
    page: Callable[[int], Response],
) -> Response:
    """Answer 422 or 429 with an error on the field `password`, the current one.

    `page` renders the form with a status. Raises TooManyAttemptsError again when the limit is not
    that of passwords: that of acts in a day, or any other while no password is asked for.
    """
    if isinstance(error, TooManyEventsError) or "password" not in form:
        raise error
    if isinstance(error, TooManyAttemptsError):
        return too_many_attempts(form, TOO_MANY_CONFIRMATIONS, error, page, field="password")
    form.refuse("password", NOT_THE_CURRENT)
    return page(422)


def with_retry_after(response: Response, error: TooManyAttemptsError) -> Response:
    """Add a Retry-After header to the response."""
    response.headers["Retry-After"] = str(error.retry_after)
    return response
