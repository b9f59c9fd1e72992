"""The command `account restore-former`: its output and exit status."""

from __future__ import annotations

from web.core.cli.operator_command import NotDoneError, carry_out
from web.core.cli.progress import counted
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.former.service import UnknownAccountError, Vouched, vouch
from web.people.emails import InvalidEmailError, parse_email
from web.people.sentences import EMAIL_SENTENCE
from web.settings import Settings

ANYWAY = (
    "Vérifiez que c’est la même personne (un nom a pu changer), puis relancez avec "
    "--whatever-names."
)


async def run_restoration(settings: Settings, email: str, *, whatever_names: bool) -> int:
    """Restore earlier accounts to the account of this address; return the exit status."""

    async def act(runtime: Runtime) -> str:
        address = _email(email)
        try:
            done = await vouch(runtime, address, whatever_names=whatever_names)
        except UnknownAccountError:
            raise NotDoneError(
                "Aucun compte n’existe avec cette adresse. Rien n’a été fait."
            ) from None
        return _summary(address, done)

    return await carry_out(settings, act)


def _email(text: str) -> str:
    try:
        return parse_email(text.strip())
    except InvalidEmailError:
        raise NotDoneError(f"--email{NBSP}: {EMAIL_SENTENCE.lower()}") from None


def _summary(address: str, done: Vouched) -> str:
    left = ""
    if done.left:
        count = counted(done.left, "ancien compte porte", "anciens comptes portent")
        left = f"{count} d’autres noms, ou des noms inconnus{NBSP}: rien n’en a été rendu. {ANYWAY}"
    if not done.given:
        raise NotDoneError(
            left or f"Il n’y a pas d’ancien compte à rendre à {address}. Rien n’a été fait."
        )
    given = counted(done.given, "ancien compte est rendu", "anciens comptes sont rendus")
    summary = (
        f"{given} à {address}. Un courriel l’annonce à cette adresse et aux anciennes adresses "
        "encore conservées."
    )
    return f"{summary}\n{left}".rstrip()
