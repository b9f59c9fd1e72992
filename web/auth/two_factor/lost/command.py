"""The command `account reset-second-factor`: its output and exit status."""

from __future__ import annotations

from web.auth.two_factor.lost.service import UnknownTitulaireError, remove_lost_factor
from web.core.cli.operator_command import NotDoneError, carry_out
from web.core.runtime import Runtime
from web.core.text import NBSP, printable_line
from web.people.emails import InvalidEmailError, parse_email
from web.people.sentences import EMAIL_SENTENCE
from web.settings import Settings


async def run_titulaire_reset(settings: Settings, email: str) -> int:
    """Remove a titulaire's lost second factor and print the result; return the exit status."""

    async def act(runtime: Runtime) -> str:
        address = typed_address(email)
        try:
            return reset_summary(address, removed=await remove_lost_factor(runtime, address))
        except UnknownTitulaireError:
            raise NotDoneError(
                "Aucun compte de titulaire n’existe avec cette adresse. Rien n’a été fait."
            ) from None

    return await carry_out(settings, act)


def typed_address(text: str) -> str:
    """Return the address of the option --email. Raises NotDoneError."""
    try:
        return parse_email(printable_line(text).strip())
    except InvalidEmailError:
        raise NotDoneError(f"--email{NBSP}: {EMAIL_SENTENCE.lower()}") from None


def reset_summary(address: str, *, removed: bool) -> str:
    """Return the sentence that reports the removal of the second factor of an address."""
    if not removed:
        return f"{address} n’a pas de code de connexion{NBSP}: rien n’a changé."
    return (
        f"Le code de connexion de {address} et ses codes de secours sont supprimés{NBSP}; ses "
        "sessions sont fermées. Un courriel l’annonce à cette adresse."
    )
