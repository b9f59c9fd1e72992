"""The demonstration's titulaire, with hours, dossiers in each status and a délégation.

Everything is written by the services that the pages call, so that the histories, the ledger and the
mails are those of a real use. It is created once, before the site starts.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from web.auth.sessions.login_queries import open_session
from web.auth.sessions.queries import end_session
from web.auth.sessions.titulaire import SignedIn, find_titulaire_session
from web.core.cli.progress import FileProgress
from web.core.crypto.tokens import new_token, token_hash
from web.core.db.command import Answer, Command, Rotation
from web.core.runtime import Runtime
from web.delegations.service import grant
from web.demo.agents import EMPLOYER, ORGANISME, PASSWORD, find_organisme
from web.domain.delegation import DelegationRequest, Period, Scope
from web.domain.dossier import Event, Facts
from web.domain.passwords.policy import normalise
from web.domain.situation import Situation
from web.domain.submission import Draft
from web.dossiers.access import Author
from web.dossiers.decisions.service import carry_out
from web.dossiers.drafts.service import create_draft
from web.feed.yearly.service import apply_feed
from web.hours.balances import current_dif_end
from web.hours.queries import find_balances
from web.hours.service import declare_dif
from web.people.history.events import EventKind, record_event
from web.people.identity import ACCOUNT_IDENTITY, Identity, email_digest, nir_digest
from web.people.terms import TERMS_VERSION
from web.signup.activation import queries

SHOWN_NIR = "2 79 03 99 990 017"
# Born in a country whose code is unassigned: the number is nobody's.
TITULAIRE = Identity(
    nir=SHOWN_NIR.replace(" ", ""),
    civility="madame",
    first_name="Camille",
    birth_name="Fontaine",
    email="camille.fontaine@courriel.example",
    mobile="+33612345678",
)
YEARS_WORKED = 4
DIF_HOURS = 80
TRAINER_SIRET = "99999960900010"
REASON_TO_CORRECT = (
    "Le programme de la formation manque\u00a0: indiquez son intitulé complet, celui du devis de "
    "l’organisme de formation."
)
REASON_TO_REFUSE = "Cette formation ne figure pas sur la liste de notre branche professionnelle."


@dataclass(frozen=True)
class Sample:
    """A dossier of the sample: its training, and the events that lead to its status."""

    title: str
    hours: int
    events: tuple[tuple[Event, Facts], ...]
    # Of its first day, from today.
    starts_in_days: int = 60


SUBMITTED = (Event.SUBMIT, Facts())
VALIDATED = (Event.VALIDATE, Facts(attestation_seen=True))
# The oldest first: hours are reserved in this order.
DOSSIERS = (
    Sample(
        "Soudeur en tuyauterie industrielle",
        40,
        (SUBMITTED, VALIDATED, (Event.COMPLETE, Facts())),
        starts_in_days=-30,
    ),
    Sample("Anglais professionnel, niveau B1", 50, (SUBMITTED, VALIDATED)),
    Sample(
        "Conduite d’un élevage canin",
        35,
        (SUBMITTED, (Event.REFUSE, Facts(reason=REASON_TO_REFUSE))),
    ),
    Sample("Maçon du bâti ancien", 70, (SUBMITTED,), starts_in_days=120),
    Sample(
        "Bureautique",
        21,
        (SUBMITTED, (Event.SEND_BACK, Facts(reason=REASON_TO_CORRECT))),
        starts_in_days=90,
    ),
    Sample("", 0, ()),
)


async def make_titulaire(runtime: Runtime) -> None:
    """Create the titulaire and what the account holds, unless this was done at an earlier start."""
    await _credit_hours(runtime)
    signed_in = await _open_account(runtime)
    if signed_in is None:
        return
    await declare_dif(runtime, signed_in.person_id, DIF_HOURS)
    await grant(runtime, signed_in, _delegation(runtime), "", _command(runtime))
    organisme_id = await find_organisme(runtime)
    for sample in DOSSIERS:
        await _make_dossier(runtime, signed_in.person_id, organisme_id, sample)
    async with runtime.db.transaction() as connection:
        await end_session(connection, signed_in.account_id, signed_in.session_id, "")


def titulaire_login() -> list[str]:
    """Return the lines that print the login."""
    return [f"  {'titulaire':<10} {SHOWN_NIR}   mot de passe {PASSWORD}"]


async def _credit_hours(runtime: Runtime) -> None:
    this_year = runtime.clock.today().year
    lines = "nir,year,siret,hours_worked,reference_hours\n" + "".join(
        f"{TITULAIRE.nir},{year},{EMPLOYER.siret},1607,\n"
        for year in range(this_year - YEARS_WORKED, this_year)
    )
    quiet = FileProgress(0, 0, out=io.StringIO())
    file = io.BytesIO(lines.encode())
    await apply_feed(
        runtime.settings.direct_url, runtime.hasher, file, runtime.clock.today(), quiet
    )


async def _open_account(runtime: Runtime) -> SignedIn | None:
    """Open the account; return None for a person who has used the site already."""
    account_id = runtime.randomness.uuid()
    hashed = await runtime.passwords.hash(normalise(PASSWORD))
    async with runtime.db.transaction() as connection:
        nir = nir_digest(runtime.hasher, TITULAIRE.nir)
        person_id = await queries.find_or_add_person(connection, nir)
        balances = await find_balances(connection, person_id, current_dif_end(runtime))
        is_open = not balances.is_dif_declared and await queries.add_account(
            connection,
            account_id=account_id,
            person_id=person_id,
            email_digest=email_digest(runtime.hasher, TITULAIRE.email),
            identity=ACCOUNT_IDENTITY.seal(runtime.vault, TITULAIRE, id=account_id),
            password_hash=hashed,
            terms_version=TERMS_VERSION,
            terms_accepted_at=runtime.clock.now(),
        )
        if not is_open:
            return None
        await record_event(connection, person_id, EventKind.ACCOUNT_ACTIVATED)
    return await _log_in(runtime, account_id, hashed)


async def _log_in(runtime: Runtime, account_id: UUID, password_hash: str) -> SignedIn:
    """Open a session, which granting a délégation takes; `make_titulaire` ends it."""
    digest = token_hash(new_token(runtime.randomness))
    async with runtime.db.transaction() as connection:
        await open_session(connection, digest, account_id, password_hash, "")
    signed_in = await find_titulaire_session(runtime.db, runtime.vault, digest)
    assert isinstance(signed_in, SignedIn)  # noqa: S101 - opened just now, complete
    return signed_in


async def _make_dossier(
    runtime: Runtime, person_id: UUID, organisme_id: UUID, sample: Sample
) -> None:
    dossier_id = runtime.randomness.uuid()
    titulaire = Author.titulaire(person_id)
    organisme = Author.organisme(organisme_id, ORGANISME.organisation)
    contents = _contents(sample, organisme_id, runtime.clock.today())
    command = _command(runtime)
    await create_draft(runtime, dossier_id, person_id, contents, titulaire, command=command)
    for revision, (event, facts) in enumerate(sample.events):
        submits = event is Event.SUBMIT
        await carry_out(
            runtime,
            dossier_id,
            event,
            titulaire if submits else organisme,
            seen_revision=revision,
            command=_command(runtime),
            facts=replace(facts, consent_at=runtime.clock.now()) if submits else facts,
        )


def _contents(sample: Sample, organisme_id: UUID, today: date) -> Draft:
    if not sample.title:
        # Begun: the page lists what is left to complete.
        return Draft(title="Permis poids lourd, catégorie C")
    starts_on = today + timedelta(days=sample.starts_in_days)
    return Draft(
        title=sample.title,
        trainer_name="Ateliers Horizon",
        trainer_siret=TRAINER_SIRET,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=20),
        duration=sample.hours,
        cost=Decimal(sample.hours * 15),
        on_working_time=False,
        situation=Situation.EMPLOYEE,
        employer=EMPLOYER.organisation,
        organisme=str(organisme_id),
    )


def _delegation(runtime: Runtime) -> DelegationRequest:
    period = Period(runtime.clock.today())
    return DelegationRequest(EMPLOYER.organisation, EMPLOYER.siret, Scope.MODIFY, period)


def _command(runtime: Runtime) -> Command:
    """Return a command that no request gave."""
    digest = runtime.randomness.bytes(32)
    return Command(digest, Answer(""), "", "", Rotation(digest, digest))
