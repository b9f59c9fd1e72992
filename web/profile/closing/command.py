"""The command `account close-usurped`: its question, its output and its exit status."""

from __future__ import annotations

from collections.abc import Callable

from web.auth.sessions.queries import AccountGoneError
from web.core.cli.operator_command import NotDoneError, carry_out
from web.core.mail.outgoing import masked_email
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.domain.nir import InvalidNir, parse_nir
from web.filters import french_moment
from web.profile.closing.usurped import BlockingAccount, close_usurped, get_account
from web.settings import Settings

NO_NIR = (
    "Ce n’est pas un numéro de Sécurité sociale (13 chiffres, ou 15 avec la clé). "
    "Rien n’a été fait."
)
NO_ACCOUNT = "Aucun compte n’existe avec ce numéro. Rien n’a été fait."
DONE = (
    "Ce compte est fermé. La personne peut suivre de nouveau le lien d’activation qu’elle a reçu, "
    "ou s’inscrire. `account restore-former` lui rendra ensuite ce que contenaient ses "
    "anciens comptes."
)


async def run_closing(settings: Settings, nir: str, agree: Callable[[str], bool]) -> int:
    """Show the account, close it if `agree` returns True; return the exit status."""

    async def act(runtime: Runtime) -> str:
        try:
            number = parse_nir(nir).value
            blocking = await get_account(runtime, number)
            if not agree(_question(blocking)):
                raise NotDoneError("Rien n’a été fait.")
            await close_usurped(runtime, number)
        except InvalidNir:
            raise NotDoneError(NO_NIR) from None
        except AccountGoneError:
            raise NotDoneError(NO_ACCOUNT) from None
        return DONE

    return await carry_out(settings, act)


def _question(blocking: BlockingAccount) -> str:
    identity = blocking.identity
    return (
        f"Un compte existe avec ce numéro, au nom de {identity.civility_label} "
        f"{identity.first_name} {identity.birth_name}. Il a été ouvert le "
        f"{french_moment(blocking.opened_at)} et son adresse est "
        f"{masked_email(identity.email)}. Le fermer{NBSP}?"
    )
