"""The links by which agents choose a password: invitations and resets."""

from __future__ import annotations

from collections.abc import Mapping

from web.agents import queries
from web.agents.kind import AGENT
from web.agents.records import AgentAccount
from web.auth.reset.links import Purpose
from web.auth.reset.service import LogWords, PasswordLinks, Requests
from web.core.mail.kinds import awaited
from web.core.rate_limit import HOUR, Limit
from web.domain.email_addresses import mailbox_of
from web.people.identity import email_digest

REQUESTS_PER_ADDRESS = Limit("forgotten professional passwords per address", 100, HOUR)
INVITATION_MAIL = awaited("professional-invitation")
RESET_MAIL = awaited("professional-reset")


def _words(agent: AgentAccount) -> Mapping[str, object]:
    return {"organisation": agent.organisation_name, "email": agent.email}


LINKS = PasswordLinks(
    AGENT,
    Requests(
        "professional-forgotten-password",
        email_digest,
        mailbox_of,
        Limit("forgotten passwords per professional and network", 5, HOUR),
        REQUESTS_PER_ADDRESS,
        queries.lock_requester,
    ),
    queries.find_owner,
    {Purpose.INVITATION: INVITATION_MAIL, Purpose.RESET: RESET_MAIL},
    _words,
    LogWords("professional forgotten password", "professional password chosen", "agent"),
    prefix="agent-",
)
