"""The links by which titulaires choose a password."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from web.auth.reset.links import LinkRequest, Purpose
from web.auth.reset.service import LogWords, PasswordLinks, Requests
from web.auth.sessions.titulaire import Titulaire
from web.auth.titulaires import queries
from web.auth.titulaires.kind import TITULAIRE
from web.core.db.connection import Connection
from web.core.mail.kinds import awaited
from web.core.rate_limit import HOUR, Limit
from web.people.history.events import Actor, EventKind, TooManyEventsError, record_event
from web.people.identity import nir_digest

# Schools and town halls share one address.
REQUESTS_PER_ADDRESS = Limit("forgotten passwords per address", 100, HOUR)
RESET_MAIL = awaited("password-reset")


async def _record_request(
    connection: Connection, titulaire: Titulaire, request: LinkRequest
) -> None:
    # Past the daily limit of events the request is not recorded; the owner still gets the link.
    with suppress(TooManyEventsError):
        await record_event(
            connection,
            titulaire.person_id,
            EventKind.PASSWORD_RESET_ASKED,
            device=request.device,
            actor=Actor.UNKNOWN,
            occurred_at=request.asked_at,
        )


def _words(titulaire: Titulaire) -> Mapping[str, object]:
    return {"first_name": titulaire.identity.first_name}


LINKS = PasswordLinks(
    TITULAIRE,
    Requests(
        "forgotten-password",
        nir_digest,
        str,
        Limit("forgotten passwords per NIR and network", 5, HOUR),
        REQUESTS_PER_ADDRESS,
        queries.lock_requester,
        _record_request,
    ),
    queries.find_owner,
    {Purpose.RESET: RESET_MAIL},
    _words,
    LogWords("forgotten password", "password reset", "account"),
    prefix="",
)
