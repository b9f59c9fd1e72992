"""The form that every change of a dossier carries."""

from __future__ import annotations

from wtforms import HiddenField

from web.core.http.forms.forms import Form


class SeenForm(Form):
    """A form that carries the revision of the dossier it was shown with."""

    revision = HiddenField()

    @property
    def seen_revision(self) -> int:
        """The revision shown; -1, which matches none, if it is not a number."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
