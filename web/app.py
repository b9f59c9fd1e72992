"""The ASGI application, built from settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from web.core.addresses import Addresses
from web.core.clock import Clock, Randomness
from web.core.http import errors
from web.core.http.accept_encoding import AcceptEncoding
from web.core.http.assets import Assets
from web.core.http.browser.browser import BrowserMiddleware
from web.core.http.forms.form_guard import MAX_BODY_BYTES, FormGuard
from web.core.http.headers import SecurityHeaders
from web.core.http.requester import RequesterMiddleware
from web.core.http.templating import Banner, Templates
from web.core.ops.logging import RequestLog, configure_logging
from web.core.ops.observations import Observations
from web.core.ops.watchdog import run_watchdog
from web.core.runtime import Runtime, build_runtime
from web.filters import FILTERS
from web.home.kept_pages import KeptPages
from web.menus import build_menus
from web.retention import list_retention
from web.routes import PUBLIC_PATHS, build_routes
from web.settings import Settings, load_settings

COMPRESS_FROM_BYTES = 600


@dataclass(frozen=True)
class Extension:
    """The additions of a caller to the application; none by default.

    `middleware` runs once the browser is known, before anything counts or reads the request;
    `banner` is above every page.
    """

    routes: Sequence[BaseRoute] = ()
    middleware: Sequence[Middleware] = ()
    banner: Banner | None = None


NO_EXTENSION = Extension()


def create_app(
    settings: Settings,
    extension: Extension = NO_EXTENSION,
    *,
    clock: Clock | None = None,
    randomness: Randomness | None = None,
    sync_clock: bool = False,
    owns_process: bool = False,
) -> Starlette:
    """Build the application; nothing is opened before its lifespan starts.

    `sync_clock`: measure the offset from the database's clock every minute. `owns_process`:
    end the process when its event loop is blocked.
    """
    assets = Assets()
    routes = [*build_routes(assets), *extension.routes]
    addresses = Addresses(routes)
    runtime = build_runtime(settings, addresses=addresses, clock=clock, randomness=randomness)
    menus = replace(build_menus(addresses), banner=extension.banner)
    app = Starlette(
        routes=routes,
        middleware=_middleware(runtime, extension.middleware),
        exception_handlers=dict(errors.HANDLERS),
        lifespan=partial(_lifespan, sync_clock=sync_clock, owns_process=owns_process),
        max_body_size=MAX_BODY_BYTES,
    )
    app.state.runtime = runtime
    app.state.kept_pages = KeptPages()
    app.state.retention = list_retention()
    app.state.templates = Templates(assets, menus, addresses)
    for name, function in FILTERS.items():
        app.state.templates.add_filter(name, function)
    return app


def server_app(extend: Callable[[Settings], Extension] | None = None) -> Starlette:
    """Build the application of a server process: settings from the environment, logs set up.

    `extend` returns the additions to the application, given its settings.
    """
    settings = load_settings()
    configure_logging(settings.log_format)
    extension = extend(settings) if extend else NO_EXTENSION
    return create_app(settings, extension, sync_clock=True, owns_process=True)


def _middleware(runtime: Runtime, added: Sequence[Middleware]) -> list[Middleware]:
    settings = runtime.settings
    secure = settings.secure_cookies
    return [
        Middleware(RequestLog, randomness=runtime.randomness),
        Middleware(SecurityHeaders, https=secure, indexed=PUBLIC_PATHS),
        Middleware(AcceptEncoding),
        Middleware(GZipMiddleware, minimum_size=COMPRESS_FROM_BYTES, compresslevel=6),
        Middleware(
            BrowserMiddleware,
            hasher=runtime.hasher,
            randomness=runtime.randomness,
            secure=secure,
            origin=settings.origin,
        ),
        *added,
        Middleware(
            RequesterMiddleware,
            trusted_proxies=settings.trusted_proxies,
            observations=Observations(runtime.db, runtime.clock),
        ),
        Middleware(
            FormGuard, origin=settings.origin, refuse=errors.refuse, show_again=errors.show_again
        ),
        Middleware(errors.FailSafe),
    ]


@asynccontextmanager
async def _lifespan(app: Starlette, *, sync_clock: bool, owns_process: bool) -> AsyncIterator[None]:
    runtime: Runtime = app.state.runtime
    await runtime.db.connect()
    await runtime.reads.connect()
    tasks = []
    if sync_clock:
        tasks.append(asyncio.create_task(runtime.database_time.keep_synchronised()))
    if owns_process:
        tasks.append(asyncio.create_task(run_watchdog()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    await runtime.reads.disconnect()
    await runtime.db.disconnect()
    runtime.passwords.close()
    runtime.drawing.close()
