"""The time for which each kind of data is kept, by the constants of the code that delete it.

Above the features, which do not know each other; the application passes it to the page.
"""

from __future__ import annotations

from collections.abc import Sequence

from web.agents.invitations import queries as invitations
from web.agents.queries import EVENT_DAYS
from web.assistance.email_change import queries as service_change
from web.auth import kept_forms
from web.auth.login.attempt_limits import FAILURES_SECONDS
from web.auth.logins import LoginKind
from web.auth.reset import queries as password_links
from web.auth.sessions import known_devices
from web.auth.sessions import queries as sessions
from web.auth.two_factor.rules import REFUSED_SECONDS
from web.contact import queries as contact
from web.core.db.purge import SETTLED_MAIL_DAYS, UNREACHABLE_DAYS
from web.core.rate_limit import DAY, HOUR
from web.people.former.service import MAILBOX_MONTHS
from web.profile.email_change import service as email_change
from web.signup.steps import queries as signup

MINUTE = 60
YEAR = 365 * DAY
# Longest first.
UNITS = (
    (YEAR, "an"),
    (DAY, "jour"),
    (HOUR, "heure"),
    (MINUTE, "minute"),
)


def duration(seconds: float) -> str:
    """Return a duration in its largest whole unit: « 15 jours »."""
    for size, name in UNITS:
        number, rest = divmod(int(seconds), size)
        if number and not rest:
            return f"{number}\u00a0{name}{'s' if number > 1 else ''}"
    raise ValueError(seconds)


def list_retention() -> Sequence[tuple[str, str]]:
    """Return the kinds of data, each with how long it is kept, in French."""
    link = password_links.REMEMBERED_DAYS
    return (
        (
            "Inscription non terminée",
            f"{duration(signup.IDLE_MINUTES * MINUTE)} après votre dernière action",
        ),
        ("Inscription validée, dont le lien n’a pas servi", duration(signup.LINK_DAYS * DAY)),
        ("Identité, téléphones et adresses d’un compte activé", "Jusqu’à la fermeture du compte"),
        (
            "Version des conditions acceptée, et date de l’accord",
            "Jusqu’à la fermeture du compte ; ensuite, dans l’historique",
        ),
        (
            "Adresse courriel d’un compte fermé",
            f"{MAILBOX_MONTHS}\u00a0mois après la fermeture, pour vous rendre vos dossiers si vous "
            "revenez",
        ),
        (
            "Prénom et nom de naissance d’un compte fermé",
            "Une empreinte secrète, qui ne permet pas de les lire, reste avec vos dossiers",
        ),
        ("Heures", "Sans durée fixée : elles restent attachées à votre numéro"),
        (
            "Délégations",
            "Sans durée fixée : leur liste reste attachée à votre numéro ; fermer le compte "
            "révoque celles qui sont en cours",
        ),
        (
            "Dossiers de formation",
            "Sans durée fixée : ils restent attachés à votre numéro ; un brouillon, jusqu’à ce que "
            "vous le supprimiez",
        ),
        (
            "Historique des actions",
            "Sans durée fixée : il reste attaché à votre numéro, sans nom ni adresse, et personne "
            "ne peut le modifier",
        ),
        (
            "Nouvelle adresse courriel à confirmer",
            f"{email_change.LINK_HOURS}\u00a0heures",
        ),
        (
            "Changement d’adresse courriel demandé au service",
            f"{duration(service_change.REMEMBERED_DAYS * DAY)} après sa prise d’effet, son refus "
            "ou son expiration",
        ),
        (
            "Formulaire envoyé après la fin d’une session",
            f"{duration(kept_forms.KEPT_MINUTES * MINUTE)}, pour vous le proposer de nouveau",
        ),
        (
            "Message à « Nous contacter »",
            f"{duration(contact.SENT_HOURS * HOUR)}, s’il nous a été transmis ; "
            f"{duration(contact.KEPT_DAYS * DAY)} au plus",
        ),
        (
            "Code de connexion et codes de secours",
            "Jusqu’à ce que vous les retiriez, ou fermiez votre compte",
        ),
        (
            "Session ouverte",
            f"{duration(sessions.IDLE_MINUTES * MINUTE)} sans action, "
            f"{duration(sessions.ABSOLUTE_HOURS * HOUR)} au plus",
        ),
        (
            "Courriels envoyés : adresse, date et état",
            duration(SETTLED_MAIL_DAYS * DAY),
        ),
        (
            "Adresse courriel qui refuse nos messages",
            f"{duration(UNREACHABLE_DAYS * DAY)} au plus, sous la forme d’une empreinte, pour vous "
            "en avertir dans votre espace",
        ),
        (
            "Échecs de connexion : leur nombre",
            f"{duration(FAILURES_SECONDS)} après le premier, sous la forme d’une empreinte",
        ),
        (
            "Codes refusés : leur nombre",
            f"{duration(REFUSED_SECONDS)} après le premier, sous la forme d’une empreinte",
        ),
        (
            "Navigateurs où votre compte a été ouvert : leur type et la date de la dernière "
            "connexion",
            f"{duration(known_devices.REMEMBERED_DAYS * DAY)} après cette connexion",
        ),
        (
            "Demande de nouveau mot de passe",
            f"{duration(link[LoginKind.TITULAIRE] * DAY)}, sous la forme d’une empreinte",
        ),
        (
            "Adresse du réseau qui vous relie au site",
            f"{duration(DAY)} au plus, sous la forme d’une empreinte, pour limiter les abus",
        ),
        (
            "Compte d’un agent d’un organisme ou d’un employeur",
            "Jusqu’à son départ de l’organisation, quand elle nous en informe",
        ),
        (
            "Adresse courriel d’une personne que son organisation a invitée, et qui n’a pas "
            "répondu",
            f"{duration(invitations.UNANSWERED_DAYS * DAY)} après la dernière invitation",
        ),
        (
            "Connexions et changements de sécurité d’un agent",
            duration(EVENT_DAYS * DAY),
        ),
        (
            "Invitation d’un agent, ou sa demande de nouveau mot de passe",
            f"{duration(link[LoginKind.AGENT] * DAY)}, sous la forme d’une empreinte",
        ),
    )
