"""The order of the four steps, and those that a registration may show."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from web.people.terms import OUTDATED
from web.signup.steps.queries import Registration


class Step(enum.Enum):
    """A step, with its title from the tutorial."""

    TERMS = (1, "Valider les CGU", "signup-terms")
    IDENTITY = (2, "S’inscrire", "signup-identity")
    PASSWORD = (3, "Saisir son mot de passe", "signup-password")
    VALIDATION = (4, "Valider son inscription", "signup-validation")

    @property
    def number(self) -> int:
        """The number of the step, 1 to 4."""
        return self.value[0]

    @property
    def title(self) -> str:
        """The title in the stepper."""
        return self.value[1]

    @property
    def address(self) -> str:
        """The name of the address of the step."""
        return self.value[2]


@dataclass(frozen=True)
class StepView:
    """A step as the stepper shows it; `url` is None where it cannot be reached yet."""

    number: int
    name: str
    url: str | None
    done: bool


def furthest_step(registration: Registration | None) -> Step:
    """Return the first step not completed yet; later ones cannot be shown."""
    if registration is None:
        return Step.TERMS
    if registration.identity is None:
        return Step.IDENTITY
    if registration.password_hash is None:
        return Step.PASSWORD
    return Step.VALIDATION


def step_redirect(registration: Registration | None, wanted: Step) -> str | None:
    """Return the name of the address to redirect to if the step cannot be shown, else None."""
    if registration is not None and registration.is_submitted:
        return "signup-waiting"
    if registration is not None and registration.is_expired:
        return "signup-expired"
    furthest = furthest_step(registration)
    if wanted is furthest is Step.VALIDATION and has_outdated_terms(registration):
        return Step.TERMS.address
    return furthest.address if wanted.number > furthest.number else None


def has_outdated_terms(registration: Registration | None) -> bool:
    """Return whether the terms changed since the first step.

    They are then accepted again before the registration is submitted.
    """
    return registration is not None and registration.terms_version in OUTDATED


def stepper(
    path: Callable[[str], str], registration: Registration | None, waiting: bool = False
) -> list[StepView]:
    """Return the four steps, with links to the completed ones and to the next one.

    `path` gives the path of an address by its name.
    """
    furthest = furthest_step(registration).number
    return [
        StepView(
            number=step.number,
            name=step.title,
            url=None if waiting or step.number > furthest else path(step.address),
            done=waiting or step.number < furthest,
        )
        for step in Step
    ]
