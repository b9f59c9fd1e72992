"""Mails that notify a person of the steps of their dossier, without the reason or the formation.

A mail is not private enough for those: the link leads to them, after a login. Several steps may
share one mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from web.core.db.connection import Connection
from web.core.mail.kinds import grouped_notice, notice
from web.core.mail.outgoing import Letter, Mail, enqueue_mail
from web.core.runtime import Runtime
from web.domain.dossier import Actor, Event
from web.dossiers import queries
from web.dossiers.access import Author
from web.dossiers.records import MailStep
from web.people.history.events import EventKind
from web.people.identity import ACCOUNT_IDENTITY

# The subject of these mails is the event they announce.
STEP_MAIL = notice("dossier-step", per_hour=10, per_day=20)
# An employer may prepare many at a time: one mail groups them.
DRAFTS_MAIL = grouped_notice("dossiers-prepared")
# The others are only counted.
MOST_LISTED = 30


@dataclass(frozen=True)
class Words:
    """The words of a step's mail; `{by}` in `happened` is the organisme or the employer."""

    subject: str
    happened: str
    next_step: str
    link: str = "Voir mon dossier"


WORDS = {
    EventKind.DOSSIER_CREATED: Words(
        "Votre employeur a préparé un dossier de formation",
        "{by} a préparé un dossier de formation pour vous, comme votre délégation le permet.",
        "Relisez ce dossier dans votre espace. Rien ne part sans votre accord : personne d’autre "
        "que vous ne peut le soumettre, et vous pouvez le corriger ou le supprimer.",
        "Relire le dossier",
    ),
    EventKind.DOSSIER_SUBMITTED: Words(
        "Votre dossier de formation est soumis",
        "Votre dossier a bien été transmis à {by}.",
        "Vous n’avez rien à faire : vous recevrez la réponse par courriel. Jusque-là, vous pouvez "
        "encore annuler ce dossier dans votre espace.",
    ),
    EventKind.DOSSIER_SENT_BACK: Words(
        "Votre dossier de formation est à corriger",
        "{by} vous renvoie votre dossier pour que vous le corrigiez ou le complétiez.",
        "Lisez dans votre espace ce qui est demandé, corrigez le dossier, puis soumettez-le de "
        "nouveau.",
        "Corriger mon dossier",
    ),
    EventKind.DOSSIER_VALIDATED: Words(
        "Votre dossier de formation est validé",
        "{by} a validé votre dossier. Les heures de votre compte qu’il utilise sont réservées, et "
        "le solde de votre droit individuel à la formation (DIF) ne peut plus être modifié.",
        "Vous n’avez rien à faire. Si votre projet change, annulez ce dossier avant la fin : les "
        "heures réservées redeviendront disponibles.",
    ),
    EventKind.DOSSIER_REFUSED: Words(
        "Votre dossier de formation est refusé",
        "{by} a refusé votre dossier. Aucune heure n’est réservée ni débitée.",
        "Lisez la raison dans votre espace. Vous pouvez ensuite créer un autre dossier.",
        "Lire la raison",
    ),
    EventKind.DOSSIER_CANCELLED: Words(
        "Votre dossier de formation est annulé",
        "{by} a annulé votre dossier. Si des heures étaient réservées, elles sont de nouveau "
        "disponibles.",
        "Lisez dans votre espace ce qui s’est passé. Vous pouvez ensuite créer un autre dossier.",
    ),
    EventKind.DOSSIER_COMPLETED: Words(
        "Votre dossier de formation est clos : formation terminée",
        "{by} a clos votre dossier : la formation est terminée. Les heures réservées sont "
        "débitées.",
        "Vous n’avez rien à faire. Le détail est dans votre compte d’heures.",
    ),
    EventKind.DOSSIER_ABANDONED: Words(
        "Votre dossier de formation est clos : formation abandonnée",
        "{by} a clos votre dossier : la formation a été abandonnée. Les heures suivies sont "
        "débitées, les autres sont de nouveau disponibles.",
        "Vérifiez dans votre espace le nombre d’heures suivies. S’il est faux, écrivez à "
        "l’organisme.",
    ),
}

# These mails mention hours available again, but DIF hours may have ended: the mail says so.
MENTIONS_HOURS = frozenset(
    {
        EventKind.DOSSIER_VALIDATED,
        EventKind.DOSSIER_CANCELLED,
        EventKind.DOSSIER_ABANDONED,
    }
)


async def enqueue_step_mail(
    runtime: Runtime,
    connection: Connection,
    event: Event,
    author: Author,
    event_id: UUID,
) -> None:
    """Enqueue the mail of a step, in the step's transaction.

    No mail goes to a person without an account, or whose account does not see the dossier, nor to
    the titulaire for a dossier they created or cancelled themselves.
    """
    if event in (Event.CREATE, Event.CANCEL) and author.actor is Actor.TITULAIRE:
        return
    account = await queries.find_notified_account(connection, event_id)
    if account is None:
        return
    identity = ACCOUNT_IDENTITY.open(runtime.vault, account.identity, id=account.id)
    await enqueue_mail(
        runtime,
        connection,
        kind=DRAFTS_MAIL if event is Event.CREATE else STEP_MAIL,
        subject_id=event_id,
        recipient=identity.email,
    )


async def compose_step(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail; None once the account is closed or the dossiers deleted."""
    steps = await queries.find_mail_steps(connection, mail.subjects)
    if not steps:
        return None
    identity = ACCOUNT_IDENTITY.open(runtime.vault, steps[0].identity, id=steps[0].account_id)
    if len(steps) > 1:
        return _several(runtime, identity.first_name, steps)
    [step] = steps
    words = WORDS[EventKind(step.kind)]
    context = {
        "first_name": identity.first_name,
        "subject": words.subject,
        "number": step.number,
        "happened": words.happened.format(by=step.organisme),
        "next_step": words.next_step,
        "link": words.link,
        "occurred_at": step.occurred_at,
        "dossier_id": step.dossier_id,
        "was_submitted": step.kind == EventKind.DOSSIER_SUBMITTED,
        "dif_ends_on": _dif_ends_on(runtime, steps),
    }
    return Letter("dossier-step", context)


def _dif_ends_on(runtime: Runtime, steps: Sequence[MailStep]) -> date | None:
    """Return the last day of the DIF for a mail about hours available again, now or later."""
    mentions_hours = any(EventKind(step.kind) in MENTIONS_HOURS for step in steps)
    return runtime.settings.dif_ends_on if mentions_hours else None


def _several(runtime: Runtime, first_name: str, steps: Sequence[MailStep]) -> Letter:
    all_prepared = all(step.kind == EventKind.DOSSIER_CREATED for step in steps)
    what = (
        "Votre employeur a préparé {} dossiers"
        if all_prepared
        else "{} nouvelles étapes dans vos dossiers"
    )
    context = {
        "first_name": first_name,
        "subject": f"{what.format(len(steps))} de formation",
        "all_prepared": all_prepared,
        "steps": [
            (step, WORDS[EventKind(step.kind)].happened.format(by=step.organisme))
            for step in steps[:MOST_LISTED]
        ],
        "others": max(len(steps) - MOST_LISTED, 0),
        "dif_ends_on": _dif_ends_on(runtime, steps),
    }
    return Letter("dossier-steps", context)
