"""The worker's tasks of all features: mail composers, jobs and purges."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from operator import attrgetter
from uuid import UUID

import structlog

from web.agents import links as agent_links
from web.agents import mails as professional_mails
from web.agents import queries as professional_queries
from web.agents.access import mails as access_mails
from web.agents.invitations.queries import purge_invitations
from web.agents.kind import AGENT
from web.agents.records import AGENT_EMAIL
from web.assistance import closing
from web.assistance.email_change import mails as service_email_mails
from web.assistance.email_change import service as service_email
from web.assistance.email_change.queries import purge_changes
from web.auth.kept_forms import purge_kept_forms
from web.auth.reset.queries import purge_links
from web.auth.sessions.known_devices import purge_devices
from web.auth.sessions.queries import purge_sessions
from web.auth.titulaires import links as titulaire_links
from web.auth.titulaires import mails as security_mails
from web.auth.titulaires.kind import TITULAIRE
from web.auth.titulaires.queries import record_refused_logins
from web.auth.two_factor.code.unfinished import notify_unfinished
from web.captcha.service import purge_attempts
from web.contact import service as contact
from web.contact.queries import purge_messages
from web.core.db.connection import Connection
from web.core.db.database import DatabaseUnavailableError
from web.core.db.purge import purge_core
from web.core.mail.delivery import requeue_orphans
from web.core.mail.kinds import MailKind
from web.core.mail.outgoing import Composer
from web.core.ops.logging import where_it_failed
from web.core.runtime import Runtime
from web.delegations import employer_jobs
from web.delegations import service as delegations
from web.dossiers import mails as dossier_mails
from web.employers.notices import mails as employer_mails
from web.employers.notices import service as employer_notices
from web.former import service as former_service
from web.hours import credit_notices
from web.hours.credit_notice_queries import purge_credit_notices
from web.organismes.digest import mails as digest_mails
from web.organismes.digest import service as digest
from web.people.email_folding import DigestedEmails, fold_digests
from web.people.former import service as former
from web.people.history.seals import seal_histories
from web.people.identity import ACCOUNT_IDENTITY
from web.profile.closing.mails import compose_account_closed
from web.profile.closing.service import ACCOUNT_CLOSED_MAIL
from web.profile.email_change import mails as email_change_mails
from web.profile.email_change import service as email_change
from web.profile.email_change.queries import purge_email_changes
from web.signup.activation import mails as activation_mails
from web.signup.activation import reminders
from web.signup.activation import service as activation
from web.signup.steps.service import ACTIVATION_MAIL

log = structlog.get_logger("worker")
# After so many consecutive steps without the database, the others would fail too.
MAX_OUTAGES = 2

KINDS: Mapping[MailKind, Composer] = {
    ACTIVATION_MAIL: activation_mails.compose_activation,
    activation_mails.HOLDER_MAIL: activation_mails.compose_already_registered,
    titulaire_links.RESET_MAIL: titulaire_links.LINKS.compose,
    security_mails.PASSWORD_CHANGED_MAIL: security_mails.compose_password_changed,
    security_mails.NEW_DEVICE_MAIL: security_mails.compose_new_device,
    security_mails.UNBLOCKED_MAIL: security_mails.compose_unblocked,
    security_mails.SERVICE_ACT_MAIL: security_mails.compose_service_act,
    security_mails.SECOND_FACTOR_MAIL: security_mails.compose_second_factor,
    security_mails.NO_CODE_MAIL: security_mails.compose_no_code,
    email_change.CONFIRMATION_MAIL: email_change_mails.compose_confirmation,
    email_change.ASKED_MAIL: email_change_mails.compose_asked,
    email_change.CHANGED_MAIL: email_change_mails.compose_changed,
    service_email.CONFIRMATION_MAIL: service_email_mails.compose_confirmation,
    service_email.ASKED_MAIL: service_email_mails.compose_asked,
    service_email.CHANGED_MAIL: service_email_mails.compose_outcome,
    service_email.REFUSED_MAIL: service_email_mails.compose_outcome,
    ACCOUNT_CLOSED_MAIL: compose_account_closed,
    closing.AGENT_CLOSED_MAIL: closing.compose_agent_closed,
    former.FORMER_MAIL: former_service.compose_former,
    former_service.RESTORED_MAIL: former_service.compose_restored,
    delegations.GRANTED_MAIL: delegations.compose_letter,
    delegations.REVOKED_MAIL: delegations.compose_letter,
    dossier_mails.STEP_MAIL: dossier_mails.compose_step,
    dossier_mails.DRAFTS_MAIL: dossier_mails.compose_step,
    agent_links.INVITATION_MAIL: agent_links.LINKS.compose,
    agent_links.RESET_MAIL: agent_links.LINKS.compose,
    professional_mails.PASSWORD_CHANGED_MAIL: professional_mails.compose_event,
    professional_mails.SECOND_FACTOR_MAIL: professional_mails.compose_event,
    professional_mails.NEW_DEVICE_MAIL: professional_mails.compose_event,
    professional_mails.UNBLOCKED_MAIL: professional_mails.compose_event,
    professional_mails.SERVICE_ACT_MAIL: professional_mails.compose_event,
    professional_mails.NO_CODE_MAIL: professional_mails.compose_event,
    access_mails.WITHDRAWN_MAIL: access_mails.compose_withdrawn,
    access_mails.ROLE_MAIL: access_mails.compose_role,
    access_mails.ELSEWHERE_MAIL: access_mails.compose_elsewhere,
    contact.MESSAGE_MAIL: contact.compose_message,
    contact.RECEIVED_MAIL: contact.compose_received,
    reminders.REMINDER_MAIL: reminders.compose_reminder,
    credit_notices.CREDITED_MAIL: credit_notices.compose_credited,
    digest.DIGEST_MAIL: digest_mails.compose_digest,
    employer_notices.GRANTED_MAIL: employer_mails.compose_granted,
    employer_notices.ENDED_MAIL: employer_mails.compose_ended,
}
COMPOSERS: Mapping[str, Composer] = {kind.name: composer for kind, composer in KINDS.items()}
# Work done after a request, by the entrypoint of the queue, given a row's id: its outcome is hidden
# from the requester, or it belongs to a feature above that of the request.
JOBS: Mapping[str, Callable[[Runtime, UUID], Awaitable[None]]] = {
    activation_mails.HOLDER_JOB: activation_mails.notify_holder,
    titulaire_links.LINKS.requests.job: titulaire_links.LINKS.process_request,
    agent_links.LINKS.requests.job: agent_links.LINKS.process_request,
    employer_jobs.GRANTED_JOB: employer_notices.notify_of_grant,
    employer_jobs.ENDED_JOB: employer_notices.notify_of_end,
}
PURGES: tuple[Callable[[Connection], Awaitable[None]], ...] = (
    activation.purge,
    purge_sessions,
    record_refused_logins,
    purge_devices,
    purge_links,
    purge_attempts,
    purge_email_changes,
    purge_changes,
    former.forget_mailboxes,
    purge_kept_forms,
    purge_messages,
    purge_credit_notices,
    professional_queries.purge_events,
    purge_invitations,
    purge_core,
)
# Mails that become due with time; each step enqueues those that are, once.
PERIODIC: tuple[Callable[[Runtime], Awaitable[None]], ...] = (
    reminders.enqueue_reminders,
    digest.enqueue_digests,
    employer_notices.notify_of_last_days,
    credit_notices.enqueue_credit_notices,
)
# Addresses looked up by their digest; digests from before revision 0026 are recomputed.
AGENT_EMAILS = (DigestedEmails(AGENT_EMAIL, copies=(("password_link", "identifier_digest"),)),)
ALL_EMAILS = (*AGENT_EMAILS, DigestedEmails(ACCOUNT_IDENTITY, attrgetter("email")))


async def clear(runtime: Runtime) -> None:
    """Purge expired data, seal the histories that grew, enqueue the mails that are due or lost.

    A failure is logged and the next step runs; only two consecutive steps without the database end
    the purge.
    """
    outages = 0
    for name, carry_out in _purge_steps(runtime):
        try:
            await carry_out()
        except Exception as error:
            log.error("purge failed", step=name, **where_it_failed(error))
            outages = outages + 1 if isinstance(error, DatabaseUnavailableError) else 0
            if outages == MAX_OUTAGES:
                return
        else:
            outages = 0
    log.info("purged")


def _purge_steps(runtime: Runtime) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
    for step in PURGES:
        yield f"{step.__module__}.{step.__name__}", partial(_in_transaction, runtime, step)
    find_titulaire_owner = titulaire_links.LINKS.find_owner
    yield "unfinished logins", partial(notify_unfinished, runtime, TITULAIRE, find_titulaire_owner)
    find_agent_owner = agent_links.LINKS.find_owner
    yield "agents' unfinished logins", partial(notify_unfinished, runtime, AGENT, find_agent_owner)
    yield "changes of address", partial(service_email.settle_changes, runtime)
    yield "seals", partial(seal_histories, runtime)
    yield "addresses", partial(fold_digests, runtime, ALL_EMAILS)
    for enqueue in PERIODIC:
        yield f"{enqueue.__module__}.{enqueue.__name__}", partial(enqueue, runtime)
    yield "mails", partial(requeue_lost_mails, runtime)


async def requeue_lost_mails(runtime: Runtime) -> None:
    """Enqueue again the mails whose job was lost."""
    async with runtime.db.transaction() as connection:
        found = await requeue_orphans(connection)
    if found:
        log.warning("mails without a job queued again", count=found)


async def _in_transaction(runtime: Runtime, step: Callable[[Connection], Awaitable[None]]) -> None:
    async with runtime.db.transaction() as connection:
        await step(connection)
