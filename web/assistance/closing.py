"""`account close`: an account closed by the service, as its owner would have closed it."""

from __future__ import annotations

from web.agents.invitations.service import end_agent
from web.agents.records import AgentAccount
from web.assistance.accounts import LockedAccount
from web.core.db.connection import Connection
from web.core.mail.kinds import notice
from web.core.mail.outgoing import Letter, Mail, enqueue_mail
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.people.former.records import OpenAccount
from web.people.former.service import keep_former
from web.people.history.events import Actor
from web.profile.closing.service import end_account

# Its subject is the closed account, of which nothing is left.
AGENT_CLOSED_MAIL = notice("professional-closed")


async def close(
    runtime: Runtime, connection: Connection, account: LockedAccount, reason: str
) -> str:
    """Close a locked account.

    What a titulaire leaves stays with their number, and comes back to them as after a closing of
    their own. The events of an agent go with the account: only the mail keeps a trace of it.
    """
    owner = account.owner
    if isinstance(owner, AgentAccount):
        await end_agent(runtime, connection, owner)
        await enqueue_mail(
            runtime,
            connection,
            kind=AGENT_CLOSED_MAIL,
            subject_id=owner.id,
            recipient=owner.email,
        )
        return f"{account.label} est fermé. Un courriel l’annonce à la personne."
    opened = OpenAccount(owner.account_id, owner.person_id, owner.identity)
    await keep_former(runtime, connection, opened)
    await end_account(runtime, connection, opened, actor=Actor.SERVICE, reason=reason)
    return (
        f"{account.label} est fermé{NBSP}: ses délégations sont révoquées, ses heures restent à la "
        "personne. Un courriel le lui annonce, avec le motif."
    )


async def compose_agent_closed(
    runtime: Runtime, connection: Connection, mail: Mail
) -> Letter | None:
    """Compose the mail after the account is deleted, from the mail's own row."""
    return Letter(mail.kind, {"closed_at": mail.created_at})
