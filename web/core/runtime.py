"""What a handler or a job needs to do its work, made once per process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from web.core.clock import Clock, Randomness
from web.core.crypto import Hasher, Vault
from web.core.database_time import DatabaseTime
from web.core.db import Database
from web.core.passwords import PasswordHasher
from web.core.rate_limit import RateLimits
from web.settings import Settings

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Runtime:
    """The real parts, with the clock and the randomness that were given."""

    settings: Settings
    db: Database
    vault: Vault
    hasher: Hasher
    passwords: PasswordHasher
    limits: RateLimits
    clock: Clock
    database_time: DatabaseTime
    randomness: Randomness


def build_runtime(
    settings: Settings, *, clock: Clock | None = None, randomness: Randomness | None = None
) -> Runtime:
    """Make the parts; nothing is opened yet."""
    randomness, clock = randomness or Randomness(), clock or Clock()
    hasher = Hasher(settings.secret_key.get_secret_value())
    db = Database(settings.database_url)
    return Runtime(
        settings=settings,
        db=db,
        vault=Vault(settings.keyring, randomness),
        hasher=hasher,
        passwords=PasswordHasher(settings),
        limits=RateLimits(db, hasher),
        clock=clock,
        database_time=DatabaseTime(clock, db),
        randomness=randomness,
    )


def runtime_of(request: Request) -> Runtime:
    """The runtime of the application that serves this request."""
    runtime: Runtime = request.app.state.runtime
    return runtime
