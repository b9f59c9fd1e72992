"""The form of « Mot de passe oublié »."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from web.core.http.forms.forms import Form


class ForgottenForm(Form):
    """The identifier of a forgotten password, the only field.

    Only its format is validated, so that an answer does not reveal whether it has an account.
    TOO_MANY is the error once a limit is reached; `{when}` in it becomes the wait.
    """

    TOO_MANY: ClassVar[str]

    @property
    @abstractmethod
    def identifier(self) -> str:
        """The identifier in its normal form, once the form is valid."""
