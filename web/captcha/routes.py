"""The picture of a challenge."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.captcha import service
from web.core.browser import browser_of
from web.core.runtime import runtime_of


async def show_picture(request: Request) -> Response:
    """`/captcha/<token>.png`, for the browser the challenge was made for."""
    runtime = runtime_of(request)
    challenge = service.read_challenge(
        runtime, request.path_params["token"], browser_of(request).digest
    )
    if challenge is None:
        raise HTTPException(404)
    return Response(await service.picture(runtime, challenge), media_type="image/png")
