"""The tags of fields, and the attributes that make parts of a page live.

WTForms writes the other tags, but inputs and text areas are ours: its `html_params` sorts the
attributes and formats each one as a template, which took a third of a page with ten fields.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from wtforms import Field
from wtforms.meta import DefaultMeta
from wtforms.widgets import CheckboxInput, Input, PasswordInput, RadioInput, TextArea

if TYPE_CHECKING:
    from _typeshed import SupportsItems


class FieldTags(DefaultMeta):
    """The rendering of a form's fields, by `field(name=value)` in a template.

    An attribute whose value is False is left out; `described` are ids that describe the field
    before its hint. Required fields have no `required`: browsers would stop the form unexplained.
    """

    def render_field(self, field: Field, render_kw: SupportsItems[str, Any]) -> Markup:
        """Return the tag of a field; `render_kw` adds to the attributes that the field states."""
        given = {**(field.render_kw or {}), **dict(render_kw.items())}
        described = described_by(field, given.pop("described", ""))
        widget = field.widget
        if isinstance(widget, CheckboxInput | RadioInput):
            given["checked"] = bool(getattr(field, "checked", field.data))
        if not isinstance(widget, RadioInput):
            # The group of radio buttons has them.
            given["aria-required"] = "true" if field.flags.required else False
            given["aria-invalid"] = "true" if field.errors else False
            given["aria-describedby"] = described or False
        if isinstance(widget, TextArea):
            # The parser drops the first line break after the tag.
            tag = f"<textarea{_attributes(field, given)}>\n{escape(_value(field))}</textarea>"
        elif isinstance(widget, Input):
            given.setdefault("type", widget.input_type)
            given["value"] = "" if isinstance(widget, PasswordInput) else _value(field)
            tag = f"<input{_attributes(field, given)}>"
        else:
            return super().render_field(field, {"required": False, **given})
        return Markup(tag)  # noqa: S704 - names are ours, values are escaped


def described_by(field: Field, first: str = "") -> str:
    """Return the ids of what describes a field: `first`, its hint, its error."""
    hint = f"{field.id}-hint" if field.description else ""
    error = f"{field.id}-error" if field.errors else ""
    return " ".join(filter(None, (first, hint, error)))


def live(
    url: str,
    target: str,
    field: str = "",
    *,
    on: str = "input",
    include: str = "",
    method: str = "get",
    swap: str = "outerMorph",
    sync: str = "this:replace",
) -> Markup:
    """Return the attributes by which htmx replaces the part `target` by the answer from `url`.

    It does when `field` changes (`on`: the event), or else when the element itself is used.
    `include` are selectors of other fields to send.
    """
    delay = " delay:300ms" if on == "input" else ""
    csrf = "[name=csrf]" if field and method == "post" else ""
    sent = ", ".join(filter(None, (f"#{field}" if field else "", include, csrf)))
    attributes = (
        (f"data-hx-{method}", url),
        ("data-hx-trigger", f"{on} from:#{field}{delay}" if field else False),
        ("data-hx-include", sent or False),
        ("data-hx-target", target),
        ("data-hx-swap", swap),
        ("data-hx-sync", sync or False),
    )
    return Markup(_written(attributes).lstrip())  # noqa: S704 - names are ours, values are escaped


def _attributes(field: Field, given: dict[str, Any]) -> str:
    return _written([("id", field.id), ("name", field.name), *given.items()])


def _written(attributes: Iterable[tuple[str, Any]]) -> str:
    """Return attributes, each after a space; True writes the name alone, False nothing."""
    written = []
    for name, value in attributes:
        if value is True:
            written.append(f" {name}")
        elif value is not False:
            written.append(f' {name}="{escape(str(value))}"')
    return "".join(written)


def _value(field: Field) -> str:
    return str(field._value())  # type: ignore[attr-defined]
