"""The user's acts on swapped parts of pages, and the checks that the rest still works."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.journeys.browsers.drivers import control
from tests.journeys.browsers.drivers import field as field_of
from tests.journeys.paths import fifteen_year_old, to_identity
from tests.journeys.swaps.swap import Visit

REFRESH = "Actualiser l’état du courriel"
# A little more than the three seconds between two polls about a mail.
POLL = 3_500


def press(name: str, **written: str) -> Callable[[Visit], Awaitable[None]]:
    """Fill fields, then use a button or a link by the keyboard."""

    async def act(visit: Visit) -> None:
        for label, text in written.items():
            await visit.driver.write(label, text)
        await control(visit.page, name).press("Enter")

    return act


def filter_by(label: str, option: str) -> Callable[[Visit], Awaitable[None]]:
    """Select an option of a list, then « Filtrer »."""

    async def act(visit: Visit) -> None:
        await field_of(visit.page, label).select_option(label=option)
        await control(visit.page, "Filtrer").press("Enter")

    return act


def press_again(name: str, outcome: str) -> Callable[[Visit], Awaitable[None]]:
    """Press again: succeeds, by a swap or a full page."""

    async def works(visit: Visit) -> None:
        await visit.driver.press(name)
        await visit.driver.reads(outcome)

    return works


async def type_a_password(visit: Visit) -> None:
    await visit.page.locator("#password").fill("zbv")


def refused_by(button: str) -> Callable[[Visit], Awaitable[None]]:
    """Submit without the meter: the form is judged."""

    async def works(visit: Visit) -> None:
        await visit.driver.press(button)
        await visit.driver.reads_error_summary()

    return works


async def everything_is_shown(visit: Visit) -> None:
    """Everything is shown by the next press, unless the first was an ordinary link."""
    show_all = control(visit.page, "Tout afficher")
    if await show_all.count():
        await show_all.click()
    await expect(show_all).to_have_count(0)


async def look_for_nothing_known(visit: Visit) -> None:
    await field_of(visit.page, "Métier, intitulé").fill("zbvkw")


async def look_for_a_formation(visit: Visit) -> None:
    await field_of(visit.page, "Rechercher dans le catalogue").fill("zbvkw")


async def look_by_the_button(visit: Visit) -> None:
    # Inserted at once, like a paste: typing would trigger a search.
    search = field_of(visit.page, "Rechercher dans le catalogue")
    await search.evaluate("(field) => { field.value = 'z9'; }")
    await control(visit.page, "Rechercher").press("Enter")


async def type_a_duration(visit: Visit) -> None:
    await field_of(visit.page, "Durée").fill("40")


async def start_separate_registration(visit: Visit) -> None:
    """Start a separate registration: its typed values and challenge are kept with it."""
    await visit.page.context.clear_cookies()
    await to_identity(visit.page, visit.site)


async def type_a_young_number(visit: Visit) -> None:
    number = field_of(visit.page, "N° de sécurité sociale")
    await number.fill(fifteen_year_old().nir)
    await number.press("Tab")


async def are_asked_by_the_server(visit: Visit) -> None:
    await visit.driver.press("Continuer")
    await visit.driver.reads_error_summary()
    await visit.driver.reads("Contrat d’apprentissage")


async def prepare_a_mail(visit: Visit) -> None:
    await visit.site.set_mail(visit.saved.awaited, "status = 'queued', sent_at = NULL")


async def wait_for_a_refused_mail(visit: Visit) -> None:
    await control(visit.page, REFRESH).focus()
    await visit.site.sql(
        "UPDATE mail SET status = 'held', reason = 'refused 550' WHERE subject_id = $1",
        visit.saved.awaited,
    )
    await visit.page.clock.fast_forward(POLL)
