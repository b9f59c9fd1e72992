"""A field for a day."""

from __future__ import annotations

from typing import Any

from web.core.http.forms.forms import TextField


class DayField(TextField):
    """A day, typed in figures; `hint` comes before the example, which is written with slashes.

    Its keypad on a phone may have digits alone, as on iOS: the parser must accept eight of them
    without separators, and the hint says so.
    """

    def __init__(
        self,
        label: str,
        validators: list[Any] | None = None,
        *,
        hint: str = "Jour, mois, année.",
        example: str = "15/09/2027",
        **kwargs: Any,
    ) -> None:
        digits = example.replace("/", "")
        super().__init__(
            label,
            validators,
            description=f"{hint} Par exemple {example} ou {digits}.",
            render_kw={"autocomplete": "off", "inputmode": "numeric", "class": "width-10"},
            **kwargs,
        )
