"""The commands on agents (invite, reset, withdraw): their outputs and exit statuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from web.agents.invitations.service import (
    BlockedAgentError,
    Invitation,
    Invited,
    OtherOrganisationError,
    UnknownAgentError,
    invite,
    remove_lost_factor,
    set_access_manager,
    withdraw,
)
from web.agents.records import Kind
from web.auth.reset.links import INVITATION_DAYS, Purpose
from web.auth.two_factor.lost.command import reset_summary, typed_address
from web.core.cli.operator_command import NotDoneError, carry_out
from web.core.runtime import Runtime
from web.core.text import NBSP, printable_line
from web.domain.siret import InvalidSiret, parse_siret, shown_siret
from web.domain.situation import OrganismeCategory
from web.settings import Settings

LONGEST_NAME = 200
KINDS = {"organisme": Kind.ORGANISME, "employer": Kind.EMPLOYER}
CATEGORIES = {each.value: each for each in OrganismeCategory}
KIND_WORDS = {Kind.ORGANISME: "organisme", Kind.EMPLOYER: "employeur"}


@dataclass(frozen=True)
class Options:
    """The command's options as typed; '' for a missing one."""

    kind: str
    siret: str
    name: str
    email: str
    is_manager: bool = False
    category: str = ""


async def run_invitation(settings: Settings, options: Options) -> int:
    """Invite an agent and print the result; return the exit status."""

    async def act(runtime: Runtime) -> str:
        invitation = _checked(options)
        return _summary(invitation, await invite(runtime, invitation))

    return await _run(settings, act)


async def run_reset(settings: Settings, email: str) -> int:
    """Remove a lost second factor and print the result; return the exit status."""

    async def act(runtime: Runtime) -> str:
        address = typed_address(email)
        return reset_summary(address, removed=await remove_lost_factor(runtime, address))

    return await _run(settings, act)


async def run_withdrawal(settings: Settings, email: str) -> int:
    """Close an agent's account and print the result; return the exit status."""

    async def act(runtime: Runtime) -> str:
        address = typed_address(email)
        organisation = await withdraw(runtime, address)
        return (
            f"{address} n’a plus accès à l’espace professionnel au nom de "
            f"«{NBSP}{organisation}{NBSP}»{NBSP}: ses sessions sont fermées et ses liens "
            "ne fonctionnent plus."
        )

    return await _run(settings, act)


async def run_role(settings: Settings, email: str, *, is_manager: bool) -> int:
    """Make an agent an access manager, or no longer; return the exit status."""

    async def act(runtime: Runtime) -> str:
        address = typed_address(email)
        organisation = await set_access_manager(runtime, address, is_manager=is_manager)
        now = "gère désormais" if is_manager else "ne gère plus"
        return f"{address} {now} les accès de «{NBSP}{organisation}{NBSP}»."

    return await _run(settings, act)


async def _run(settings: Settings, act: Callable[[Runtime], Awaitable[str]]) -> int:
    async def act_or_explain(runtime: Runtime) -> str:
        try:
            return await act(runtime)
        except OtherOrganisationError as error:
            raise NotDoneError(
                f"Cette adresse est déjà utilisée pour «{NBSP}{error.organisation_name}{NBSP}»"
                f"{NBSP}: rien n’a été fait. Fermez d’abord cet accès avec `withdraw-professional`."
            ) from None
        except BlockedAgentError:
            raise NotDoneError(
                f"Le compte de cette adresse est bloqué{NBSP}: rien n’a été fait. Débloquez-le "
                "d’abord avec `account unblock`, ou fermez-le avec `account close`."
            ) from None
        except UnknownAgentError:
            raise NotDoneError(
                "Aucun compte d’agent n’existe avec cette adresse. Rien n’a été fait."
            ) from None

    return await carry_out(settings, act_or_explain)


def _checked(options: Options) -> Invitation:
    kind = KINDS.get(options.kind)
    if kind is None:
        raise NotDoneError(f"--kind{NBSP}: indiquez organisme ou employer.")
    try:
        siret = parse_siret(options.siret)
    except InvalidSiret:
        raise NotDoneError(
            f"--siret{NBSP}: indiquez les 14{NBSP}chiffres du numéro SIRET."
        ) from None
    name = " ".join(printable_line(options.name).split())
    if not name or len(name) > LONGEST_NAME:
        raise NotDoneError(
            f"--name{NBSP}: indiquez le nom de l’organisation, en {LONGEST_NAME}{NBSP}caractères "
            "au plus."
        )
    return Invitation(
        kind,
        siret,
        name,
        typed_address(options.email),
        options.is_manager,
        _category(kind, options.category),
    )


def _category(kind: Kind, text: str) -> OrganismeCategory | None:
    if not text:
        return None
    if kind is not Kind.ORGANISME:
        raise NotDoneError(
            f"--category{NBSP}: un employeur n’en a pas, seul un organisme en a une."
        )
    category = CATEGORIES.get(text)
    if category is None:
        raise NotDoneError(f"--category{NBSP}: indiquez {', '.join(CATEGORIES)}.")
    return category


def _summary(invitation: Invitation, done: Invited) -> str:
    lines = [_organisation(invitation, done.earlier_name)]
    if invitation.category:
        lines.append(f"Catégorie{NBSP}: {invitation.category.label}.")
    if done.purpose is Purpose.RESET:
        lines.append(
            f"{invitation.email} a déjà un mot de passe{NBSP}: un lien valable une heure part vers "
            "cette adresse, pour en choisir un autre."
        )
    else:
        what = "une invitation" if done.is_new_agent else "une nouvelle invitation"
        lines.append(
            f"{invitation.email}{NBSP}: {what} part vers cette adresse, avec un lien valable "
            f"{INVITATION_DAYS}{NBSP}jours pour choisir un mot de passe."
        )
    if not done.is_new_agent:
        lines.append("Les liens envoyés auparavant ne fonctionnent plus.")
    if invitation.is_manager:
        lines.append(f"{invitation.email} gère les accès de cette organisation.")
    return "\n".join(lines)


def _organisation(invitation: Invitation, earlier_name: str) -> str:
    whole = (
        f"{invitation.name} ({KIND_WORDS[invitation.kind]}, SIRET {shown_siret(invitation.siret)})"
    )
    if not earlier_name:
        return f"{whole}{NBSP}: organisation ajoutée."
    if earlier_name != invitation.name:
        return f"{whole}{NBSP}: ce nom remplace désormais «{NBSP}{earlier_name}{NBSP}»."
    return f"{whole}{NBSP}: organisation déjà connue."
