"""The ASGI application, built from settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
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
from web.core.http.templating import Templates
from web.core.ops.logging import RequestLog, configure_logging
from web.core.ops.observations import Observations
from web.core.ops.watchdog import run_watchdog
from web.core.runtime import Runtime, build_runtime
from web.demo import components, mailbox
from web.demo.own_host import OwnHost
from web.filters import FILTERS
from web.menus import build_menus
from web.routes import PUBLIC_PATHS, build_routes
from web.settings import Environment, Settings, load_settings

COMPRESS_FROM_BYTES = 600


def create_app(
    settings: Settings,
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
    routes = build_routes(assets, _demo_routes(settings))
    # The layout links to the demonstration's mails even where they are not caught.
    addresses = Addresses(build_routes(assets, [*mailbox.ROUTES, *components.ROUTES]))
    runtime = build_runtime(settings, addresses=addresses, clock=clock, randomness=randomness)
    is_demo = settings.environment is Environment.DEMO
    app = Starlette(
        routes=routes,
        middleware=_middleware(runtime),
        exception_handlers=dict(errors.HANDLERS),
        lifespan=partial(_lifespan, sync_clock=sync_clock, owns_process=owns_process),
        max_body_size=MAX_BODY_BYTES,
    )
    app.state.runtime = runtime
    app.state.templates = Templates(assets, build_menus(addresses), addresses, demo=is_demo)
    for name, function in FILTERS.items():
        app.state.templates.add_filter(name, function)
    return app


def production_app() -> Starlette:
    """Build the application of a server process: settings from the environment, logs set up."""
    settings = load_settings()
    configure_logging(settings.log_format)
    return create_app(settings, sync_clock=True, owns_process=True)


def _demo_routes(settings: Settings) -> list[BaseRoute]:
    """Return the routes of the demonstration only."""
    return [
        *(mailbox.ROUTES if settings.demo_mail_dir else []),
        *(components.ROUTES if settings.environment is Environment.DEMO else []),
    ]


def _middleware(runtime: Runtime) -> list[Middleware]:
    settings = runtime.settings
    secure = settings.secure_cookies
    is_demo = settings.environment is Environment.DEMO
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
        *([Middleware(OwnHost, refuse=errors.refuse)] if is_demo else []),
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
    await runtime.db.disconnect()
    runtime.passwords.close()
    runtime.drawing.close()
