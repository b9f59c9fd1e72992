"""Every part of a page that htmx swaps: how to come to it, what to do, what is said, what works.

A new htmx element in a template needs its line here: `test_swaps.py` fails until it has one, and
then looks at what it says, where it leaves the focus, and how it fails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from playwright.async_api import Page, expect

from tests.journeys.doors import Doors
from tests.journeys.hands import Pointer, control
from tests.journeys.hands import field as field_of
from tests.journeys.paths import RENEW, fifteen_year_old, to_identity
from tests.journeys.site import Site
from web.core.templating import FOLDER
from web.signup.journey import WAITING_URL, Step

ELEMENT = re.compile(r'data-hx-(?:get|post)="([^"]*)"')
NEW_DOSSIER = "/espace/dossiers/nouveau"
REFRESH = "Actualiser l’état du courriel"
# Where the focus was before.
SAME = ""
# A little more than the three seconds between two questions about a mail.
POLL = 3_500


@dataclass
class Visit:
    """Someone on the page of a swap."""

    page: Page
    site: Site
    doors: Doors
    hand: Pointer = field(init=False)

    def __post_init__(self) -> None:
        self.hand = Pointer(self.page)


async def nothing(visit: Visit) -> None:
    """For a page that needs no preparation."""


@dataclass(frozen=True)
class Swap:
    """One htmx element: `template` and `address` as the template writes them.

    `act` is what a person does there; `said` is what they hear then, and `focus` what has the focus
    (the same element by default). `works` shows that, the part having failed, the page goes on
    without it. `pressed` is whether the person asked for it by a press, which they may repeat.
    """

    template: str
    address: str
    door: str
    path: str
    act: Callable[[Visit], Awaitable[None]]
    said: str
    works: Callable[[Visit], Awaitable[None]]
    focus: str = SAME
    pressed: bool = True
    before: Callable[[Visit], Awaitable[None]] = nothing

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.template} {self.address}"

    async def reach(self, visit: Visit) -> None:
        """Open the page."""
        await self.before(visit)
        await visit.page.goto(getattr(visit.doors, self.path, self.path))


def written_in_templates() -> Counter[tuple[str, str]]:
    """Every htmx element there is."""
    return Counter(
        (path.relative_to(FOLDER).as_posix(), address)
        for path in FOLDER.rglob("*.html")
        for address in ELEMENT.findall(path.read_text("utf-8"))
    )


def press(name: str, **written: str) -> Callable[[Visit], Awaitable[None]]:
    """Fill fields, then use a button or a link by the keyboard."""

    async def act(visit: Visit) -> None:
        for label, text in written.items():
            await visit.hand.write(label, text)
        await control(visit.page, name).press("Enter")

    return act


def filter_by(label: str, option: str) -> Callable[[Visit], Awaitable[None]]:
    """Take one of a list, then « Filtrer »."""

    async def act(visit: Visit) -> None:
        await field_of(visit.page, label).select_option(label=option)
        await control(visit.page, "Filtrer").press("Enter")

    return act


def press_again(name: str, outcome: str) -> Callable[[Visit], Awaitable[None]]:
    """The next press does it, in place or by a whole page."""

    async def works(visit: Visit) -> None:
        await visit.hand.press(name)
        await visit.hand.reads(outcome)

    return works


async def type_a_password(visit: Visit) -> None:
    await visit.page.locator("#password").press_sequentially("zbv")


def refused_by(button: str) -> Callable[[Visit], Awaitable[None]]:
    """The form is sent and judged without the meter."""

    async def works(visit: Visit) -> None:
        await visit.hand.press(button)
        await visit.hand.is_told_of_errors()

    return works


async def everything_is_shown(visit: Visit) -> None:
    """By the next press, unless the first one was an ordinary link's."""
    show_all = control(visit.page, "Tout afficher")
    if await show_all.count():
        await show_all.click()
    await expect(show_all).to_have_count(0)


async def look_for_nothing_known(visit: Visit) -> None:
    await field_of(visit.page, "Métier, intitulé").press_sequentially("zbvkw")


async def look_for_a_formation(visit: Visit) -> None:
    await field_of(visit.page, "Rechercher dans le catalogue").press_sequentially("zbvkw")


async def look_by_the_button(visit: Visit) -> None:
    # Put there at once, as a paste: nothing is typed that would search by itself.
    search = field_of(visit.page, "Rechercher dans le catalogue")
    await search.evaluate("(field) => { field.value = 'z9'; }")
    await control(visit.page, "Rechercher").press("Enter")


async def type_a_duration(visit: Visit) -> None:
    await field_of(visit.page, "Durée").press_sequentially("40")


async def begin_anew(visit: Visit) -> None:
    """A registration of one's own: what is typed in it is kept, and the question with it."""
    await visit.page.context.clear_cookies()
    await to_identity(visit.page)


async def type_a_young_number(visit: Visit) -> None:
    number = field_of(visit.page, "N° de sécurité sociale")
    await number.fill(fifteen_year_old().nir)
    await number.press("Tab")


async def are_asked_by_the_server(visit: Visit) -> None:
    await visit.hand.press("Continuer")
    await visit.hand.is_told_of_errors()
    await visit.hand.reads("Contrat d’apprentissage")


async def prepare_a_mail(visit: Visit) -> None:
    await visit.site.sql(
        "UPDATE mail SET status = 'queued', sent_at = NULL WHERE subject_id = $1",
        visit.doors.awaited,
    )


async def wait_for_a_refused_mail(visit: Visit) -> None:
    await control(visit.page, REFRESH).focus()
    await visit.site.sql(
        "UPDATE mail SET status = 'held', reason = 'refused 550' WHERE subject_id = $1",
        visit.doors.awaited,
    )
    await visit.page.clock.fast_forward(POLL)


def meter(template: str, address: str, door: str, path: str, button: str) -> Swap:
    """The strength of a password and its rules: three pages have them."""
    return Swap(
        template,
        address,
        door,
        path,
        act=type_a_password,
        said="Robustesse : Faible.",
        works=refused_by(button),
        pressed=False,
    )


SWAPS = (
    meter(
        "signup/password.html",
        "/inscription/mot-de-passe/robustesse",
        "registrant",
        Step.PASSWORD.url,
        "Continuer",
    ),
    meter(
        "signin/reset.html",
        "{{ action }}/robustesse",
        "visitor",
        "new_password",
        "Enregistrer ce mot de passe",
    ),
    meter(
        "professionals/link.html",
        "{{ action }}/robustesse",
        "visitor",
        "invitation",
        "Enregistrer ce mot de passe",
    ),
    meter(
        "security/password.html",
        "{{ action }}/robustesse",
        "account",
        "/espace/mot-de-passe",
        "Modifier mon mot de passe",
    ),
    Swap(
        "signup/identity.html",
        "/inscription/identite/apprentissage",
        "visitor",
        Step.IDENTITY.url,
        act=type_a_young_number,
        said="Une question sur un contrat d’apprentissage est ajoutée après le nom de naissance.",
        works=are_asked_by_the_server,
        before=begin_anew,
        focus="#civility-0",
        pressed=False,
    ),
    Swap(
        "home/rubrics/trainings.html",
        "/titulaire/ma-liste-de-formations",
        "visitor",
        "/titulaire/ma-liste-de-formations",
        act=look_for_nothing_known,
        said="Aucune formation pour « zbvkw »",
        works=press_again("Chercher", "Aucune formation"),
        pressed=False,
    ),
    Swap(
        "captcha/_captcha.html",
        "/captcha/nouveau?genre={{ kind }}&amp;contre={{ form.captcha_against }}",
        "visitor",
        "/contact",
        act=press(RENEW, Sujet="Bonjour"),
        said="De nouveaux caractères sont affichés.",
        works=press_again(RENEW, "De nouveaux caractères sont affichés."),
        # As without scripts.
        focus="#answer",
    ),
    Swap(
        "signup/_mail.html",
        "/inscription/courriel",
        "waiting",
        WAITING_URL,
        before=prepare_a_mail,
        act=wait_for_a_refused_mail,
        said="Le courriel a été refusé.",
        works=press_again(REFRESH, "Courriel refusé"),
        # The link that had it is gone.
        focus="#etat",
        pressed=False,
    ),
    Swap(
        "dossiers/_form.html",
        "{{ action }}",
        "planner",
        NEW_DOSSIER,
        act=look_for_a_formation,
        said="Aucune formation pour « zbvkw »",
        works=press_again("Rechercher", "Aucune formation pour « zbvkw »"),
        pressed=False,
    ),
    Swap(
        "dossiers/_form.html",
        "{{ action }}",
        "planner",
        NEW_DOSSIER,
        act=look_by_the_button,
        said="Aucune formation pour « z9 »",
        works=press_again("Rechercher", "Aucune formation pour « z9 »"),
    ),
    Swap(
        "dossiers/_form.html",
        "{{ simulation_url }}",
        "planner",
        NEW_DOSSIER,
        act=type_a_duration,
        said="Avec vos heures : 15 h DIF + 20 h CPF, reste 5 h à financer autrement",
        works=press_again("Enregistrer", "15 h DIF + 20 h CPF, reste 5 h à financer autrement"),
        pressed=False,
    ),
    Swap(
        "dossiers/simulation.html",
        "/espace/dossiers/simulation",
        "planner",
        "/espace/dossiers/simulation",
        act=type_a_duration,
        said="Avec vos heures : 15 h DIF + 20 h CPF, reste 5 h à financer autrement",
        works=press_again("Simuler", "15 h DIF + 20 h CPF, reste 5 h à financer autrement"),
        pressed=False,
    ),
    Swap(
        "dossiers/_list.html",
        "/espace/dossiers",
        "planner",
        "/espace/dossiers",
        act=filter_by("Statut", "Clos"),
        said="Aucun dossier",
        works=press_again("Filtrer", "Aucun dossier n’a ce statut."),
    ),
    Swap(
        "hours/_account.html",
        "/espace/heures",
        "account",
        "/espace/heures",
        act=press("Enregistrer", **{"Saisissez le solde du DIF": "80"}),
        said="Solde DIF enregistré : 80 heures.",
        works=press_again("Enregistrer", "olde DIF "),
    ),
    Swap(
        "hours/_movements.html",
        "/espace/heures",
        "account",
        "/espace/heures",
        act=filter_by("Année", "2025"),
        said="1 mouvement",
        works=press_again("Filtrer", "1 mouvement sur "),
    ),
    Swap(
        "hours/_movements.html",
        "/espace/heures",
        "account",
        "/espace/heures?annee=2025",
        act=press("Tout afficher"),
        said=" mouvements",
        works=everything_is_shown,
        # The link that had it is gone.
        focus="#mouvements-liste",
    ),
    Swap(
        "history/_events.html",
        "/espace/historique",
        "account",
        "/espace/historique",
        act=filter_by("Type d’action", "Heures"),
        said=" actions, page 1 sur 2",
        works=press_again("Filtrer", " actions, page 1 sur 2"),
    ),
    Swap(
        "history/_events.html",
        "{{ chosen.url(page) }}",
        "account",
        "/espace/historique?type=heures",
        act=press("Page 2"),
        said=" actions, page 2 sur 2",
        works=press_again("Page 2", " actions, page 2 sur 2"),
    ),
    Swap(
        "organismes/_queue.html",
        "/organisme",
        "desk",
        "/organisme",
        act=filter_by("Statut", "Clos (0)"),
        said="Aucun dossier",
        works=press_again("Filtrer", "Rien ne correspond à ce choix."),
    ),
    Swap(
        "organismes/_queue.html",
        "{{ asked.url(page) }}",
        "desk",
        "/organisme?statut=soumis",
        act=press("Page 2"),
        said="25 dossiers, page 2 sur 2",
        works=press_again("Page 2", "25 dossiers, page 2 sur 2"),
    ),
    Swap(
        "profile/_form.html",
        "/espace/informations",
        "account",
        "/espace/informations",
        act=press("Enregistrer", **{"Téléphone fixe": "01 23 45 67 89"}),
        said="Vos informations sont enregistrées.",
        works=press_again("Enregistrer", "Vos informations sont enregistrées."),
    ),
)
