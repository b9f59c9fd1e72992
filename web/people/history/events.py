"""The history of a person's account: event, actor, time, kind of device.

It is append-only, and each event is chained by hash to the one before it; the database enforces
both. It holds no personal data: no address, no name of a person, one of a few dozen kinds of
device. `detail` is only a reference the person understands (hours, a dossier's number).
"""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection
from web.core.rate_limit import DAY, Limit, TooManyAttemptsError
from web.core.vocabulary import known_value
from web.people.history.queries import insert_event


class Actor(enum.StrEnum):
    """The author of an event."""

    TITULAIRE = "titulaire"
    EMPLOYER = "employer"
    ORGANISME = "organisme"
    SERVICE = "service"
    # Someone who did not prove to know the password: it may not have been the titulaire.
    UNKNOWN = "unknown"


class EventKind(enum.StrEnum):
    """A kind of event; its label is in EVENT_LABELS."""

    ACCOUNT_ACTIVATED = "account_activated"
    LOGIN = "login"
    LOGIN_REFUSED = "login_refused"
    LOGOUT = "logout"
    SESSION_ENDED = "session_ended"
    OTHER_SESSIONS_ENDED = "other_sessions_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    PASSWORD_RESET_ASKED = "password_reset_asked"  # noqa: S105 - the name of an event
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of an event
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 - the name of an event
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REPLACED = "second_factor_replaced"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SECOND_FACTOR_RESET = "second_factor_reset"
    SECOND_FACTOR_REFUSED = "second_factor_refused"
    SECOND_FACTOR_MISSING = "second_factor_missing"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    PROFILE_CHANGED = "profile_changed"
    EMAIL_CHANGE_ASKED = "email_change_asked"
    EMAIL_CHANGE_CANCELLED = "email_change_cancelled"
    EMAIL_CHANGE_REFUSED = "email_change_refused"
    EMAIL_CHANGED = "email_changed"
    DATA_DOWNLOADED = "data_downloaded"
    ACCOUNT_CLOSED = "account_closed"
    FORMER_RESTORED = "former_restored"
    TERMS_ACCEPTED = "terms_accepted"
    DIF_DECLARED = "dif_declared"
    DIF_CORRECTED = "dif_corrected"
    DOSSIER_CREATED = "dossier_created"
    DOSSIER_EDITED = "dossier_edited"
    DOSSIER_DELETED = "dossier_deleted"
    DOSSIER_SUBMITTED = "dossier_submitted"
    DOSSIER_SENT_BACK = "dossier_sent_back"
    DOSSIER_VALIDATED = "dossier_validated"
    DOSSIER_REFUSED = "dossier_refused"
    # Like every event whose detail is the number of a dossier, it goes with that dossier.
    DOSSIER_ATTESTATION_SEEN = "dossier_attestation_seen"
    DOSSIER_CANCELLED = "dossier_cancelled"
    DOSSIER_COMPLETED = "dossier_completed"
    DOSSIER_ABANDONED = "dossier_abandoned"
    DELEGATION_GRANTED = "delegation_granted"
    DELEGATION_REVOKED = "delegation_revoked"
    DELEGATION_USED = "delegation_used"
    UNBLOCKED = "unblocked"
    ACCOUNT_BLOCKED = "account_blocked"
    ACCOUNT_UNBLOCKED = "account_unblocked"
    IDENTITY_CORRECTED = "identity_corrected"
    NUMBER_CORRECTED = "number_corrected"
    DATA_EXPORTED = "data_exported"


# For each kind, the group by which the history page filters, and its label.
EVENT_LABELS: dict[EventKind, tuple[str, str]] = {
    EventKind.ACCOUNT_ACTIVATED: ("compte", "Compte activé"),
    EventKind.LOGIN: ("connexions", "Connexion"),
    EventKind.LOGIN_REFUSED: ("connexions", "Connexion refusée : mot de passe incorrect"),
    EventKind.LOGOUT: ("connexions", "Déconnexion"),
    EventKind.SESSION_ENDED: ("connexions", "Connexion fermée à distance"),
    EventKind.OTHER_SESSIONS_ENDED: ("connexions", "Autres connexions fermées"),
    EventKind.PASSWORD_CHANGED: ("compte", "Mot de passe modifié"),
    EventKind.PASSWORD_RESET_ASKED: ("compte", "Mot de passe oublié : lien demandé par courriel"),
    EventKind.PASSWORD_RESET: ("compte", "Mot de passe oublié : nouveau mot de passe choisi"),
    EventKind.PASSWORD_REFUSED: ("compte", "Mot de passe actuel demandé : saisie incorrecte"),
    EventKind.SECOND_FACTOR_SET: ("compte", "Code de connexion mis en place"),
    EventKind.SECOND_FACTOR_REPLACED: ("compte", "Application du code de connexion remplacée"),
    EventKind.SECOND_FACTOR_REMOVED: ("compte", "Code de connexion retiré"),
    EventKind.SECOND_FACTOR_RESET: (
        "compte",
        "Code de connexion retiré par le service : appareil perdu",
    ),
    EventKind.SECOND_FACTOR_REFUSED: ("connexions", "Connexion refusée : code incorrect"),
    EventKind.SECOND_FACTOR_MISSING: (
        "connexions",
        "Connexion inachevée : mot de passe exact, aucun code saisi",
    ),
    EventKind.RECOVERY_CODE_USED: ("compte", "Code de secours utilisé"),
    EventKind.RECOVERY_CODES_RENEWED: ("compte", "Codes de secours renouvelés"),
    EventKind.UNBLOCKED: ("compte", "Essais de mot de passe remis à zéro"),
    EventKind.ACCOUNT_BLOCKED: ("compte", "Compte bloqué"),
    EventKind.ACCOUNT_UNBLOCKED: ("compte", "Compte débloqué"),
    EventKind.IDENTITY_CORRECTED: ("compte", "Informations personnelles corrigées"),
    EventKind.NUMBER_CORRECTED: ("compte", "Numéro de Sécurité sociale corrigé"),
    EventKind.DATA_EXPORTED: ("compte", "Copie des données personnelles préparée"),
    EventKind.PROFILE_CHANGED: ("compte", "Informations personnelles modifiées"),
    EventKind.EMAIL_CHANGE_ASKED: ("compte", "Changement d’adresse courriel demandé"),
    EventKind.EMAIL_CHANGE_CANCELLED: ("compte", "Changement d’adresse courriel annulé"),
    EventKind.EMAIL_CHANGE_REFUSED: ("compte", "Changement d’adresse courriel refusé"),
    EventKind.EMAIL_CHANGED: ("compte", "Adresse courriel changée"),
    EventKind.DATA_DOWNLOADED: ("compte", "Données personnelles téléchargées"),
    EventKind.ACCOUNT_CLOSED: ("compte", "Compte fermé"),
    EventKind.FORMER_RESTORED: ("compte", "Dossiers et historique d’un ancien compte retrouvés"),
    EventKind.TERMS_ACCEPTED: ("compte", "Conditions Générales d’Utilisation acceptées"),
    EventKind.DIF_DECLARED: ("heures", "Solde DIF déclaré"),
    EventKind.DIF_CORRECTED: ("heures", "Solde DIF corrigé"),
    EventKind.DOSSIER_CREATED: ("dossiers", "Dossier de formation créé"),
    EventKind.DOSSIER_EDITED: ("dossiers", "Dossier de formation modifié"),
    EventKind.DOSSIER_DELETED: ("dossiers", "Brouillon de dossier supprimé"),
    EventKind.DOSSIER_SUBMITTED: ("dossiers", "Dossier de formation soumis"),
    EventKind.DOSSIER_SENT_BACK: ("dossiers", "Dossier de formation renvoyé pour correction"),
    EventKind.DOSSIER_VALIDATED: ("dossiers", "Dossier de formation validé"),
    EventKind.DOSSIER_ATTESTATION_SEEN: ("heures", "Attestation des heures DIF vue"),
    EventKind.DOSSIER_REFUSED: ("dossiers", "Dossier de formation refusé"),
    EventKind.DOSSIER_CANCELLED: ("dossiers", "Dossier de formation annulé"),
    EventKind.DOSSIER_COMPLETED: ("dossiers", "Dossier de formation clos : terminé"),
    EventKind.DOSSIER_ABANDONED: ("dossiers", "Dossier de formation clos : abandonné"),
    EventKind.DELEGATION_GRANTED: ("delegations", "Délégation accordée"),
    EventKind.DELEGATION_REVOKED: ("delegations", "Délégation révoquée"),
    EventKind.DELEGATION_USED: ("delegations", "Compte consulté par un employeur"),
}
OTHER_ACTION = "Autre action"
EVENT_GROUPS = {
    "connexions": "Connexions",
    "compte": "Compte et sécurité",
    "heures": "Heures",
    "dossiers": "Dossiers de formation",
    "delegations": "Délégations",
}


def event_label(kind: str) -> str:
    """Return the label of a kind of event, OTHER_ACTION for one that a later version added."""
    known = known_value(EventKind, kind)
    return EVENT_LABELS[known][1] if known else OTHER_ACTION


# Events cannot be erased: the number an actor may write in a day is bounded.
EVENTS_PER_DAY = Limit("acts in a history and day", 200, DAY)
# Limited each on its own, so that other events cannot use up the quota of those that protect an
# account.
OWN_LIMIT = (
    EventKind.ACCOUNT_ACTIVATED,
    EventKind.PASSWORD_CHANGED,
    EventKind.PASSWORD_RESET_ASKED,
    EventKind.PASSWORD_RESET,
    EventKind.PASSWORD_REFUSED,
    EventKind.SECOND_FACTOR_SET,
    EventKind.SECOND_FACTOR_REPLACED,
    EventKind.SECOND_FACTOR_REMOVED,
    EventKind.SECOND_FACTOR_RESET,
    EventKind.SECOND_FACTOR_REFUSED,
    EventKind.SECOND_FACTOR_MISSING,
    EventKind.RECOVERY_CODE_USED,
    EventKind.RECOVERY_CODES_RENEWED,
    EventKind.EMAIL_CHANGE_CANCELLED,
    EventKind.EMAIL_CHANGE_REFUSED,
    EventKind.EMAIL_CHANGED,
    EventKind.ACCOUNT_CLOSED,
    EventKind.DELEGATION_REVOKED,
    EventKind.TERMS_ACCEPTED,
    EventKind.UNBLOCKED,
    EventKind.ACCOUNT_BLOCKED,
    EventKind.ACCOUNT_UNBLOCKED,
    EventKind.IDENTITY_CORRECTED,
    EventKind.NUMBER_CORRECTED,
    EventKind.DATA_EXPORTED,
    EventKind.LOGIN,
    EventKind.LOGIN_REFUSED,
    EventKind.LOGOUT,
    EventKind.SESSION_ENDED,
    EventKind.OTHER_SESSIONS_ENDED,
)


class TooManyEventsError(TooManyAttemptsError):
    """The actor reached the daily limit of the person's history; nothing was written."""


async def record_event(
    connection: Connection,
    person_id: UUID,
    kind: EventKind,
    *,
    device: str = "",
    actor: Actor = Actor.TITULAIRE,
    actor_name: str = "",
    detail: str = "",
    occurred_at: datetime | None = None,
) -> UUID:
    """Add one event, in the transaction of the change it records; return its id.

    Other events of the same person wait until that transaction ends. `actor_name` is the name of
    an employer or organisme; `occurred_at` defaults to now. A statement that must do more at once
    can insert into `event` itself.

    Raises TooManyEventsError, which rolls that transaction back, when the actor (the titulaire, an
    employer, an organisme) has reached its daily limit.
    """
    event_id = await insert_event(
        connection,
        person_id,
        kind.value,
        actor=actor.value,
        actor_name=actor_name,
        device=device,
        detail=detail,
        occurred_at=occurred_at,
        limit=EVENTS_PER_DAY,
        limited_alone=[each.value for each in OWN_LIMIT],
    )
    if event_id is None:
        raise TooManyEventsError(EVENTS_PER_DAY, EVENTS_PER_DAY.seconds)
    return event_id
