"""2.2.1, 15.2.2: parsing any field costs little, and linear time at most.

Counted, never timed: the instructions of the interpreter, and the patterns by their shape.
"""

from __future__ import annotations

import gc
import itertools
import re
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import email_validator
import phonenumbers
import pytest
from starlette.datastructures import FormData

from tests.support.text.patterns import AmbiguousPatternError, check, web_modules, web_patterns
from web.core.http.forms.forms import MAX_TYPED, Form, LongTextField, Parsed, TextField
from web.domain.text.typed import LONGEST_TYPED
from web.people import emails

UNITS = (
    *("1", " ", "-", "+", "(", ".", "/", "a", "é", "٠", "\u0301", "\u200b", "\u093e", "1 ", "a@"),
)
LENGTH = MAX_TYPED
# The fixed cost of a form: work that Python does once (caches, first uses).
SLACK = 3000
MOST_INSTRUCTIONS = 150_000


def every_form() -> list[type[Form]]:
    """Every form, discovered rather than listed."""
    list(web_modules())
    found: list[type[Form]] = []
    left = [Form]
    while left:
        for form in left.pop().__subclasses__():
            found.append(form)
            left.append(form)
    return sorted(set(found), key=lambda form: (form.__module__, form.__name__))


def typed_fields(form: type[Form]) -> list[str]:
    """The fields of a form that accept free text, parsed or not."""
    return [
        name
        for name, field in form()._fields.items()
        if isinstance(field, TextField | LongTextField)
        or any(isinstance(validator, Parsed) for validator in field.validators)
    ]


FORMS = every_form()
FIELDS = [(form, name) for form in FORMS for name in typed_fields(form)]


def hostile_texts(length: int) -> Iterator[str]:
    """Repeated units: in two halves between digits, and after a valid start."""
    for unit in UNITS:
        half = (unit * length)[: length // 2]
        yield f"1{half}1{half}"[: length - 1] + "x"
        yield f"15/09/2026{half}{half}"[:length]


def instructions(form: type[Form], name: str, text: str) -> int:
    """The number of interpreter instructions needed to parse and validate a field."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    filled = FormData([(name, text)])
    # Fill the caches before counting.
    form(filled).validate()
    earlier = sys.gettrace()
    # A garbage collection would run other tests' finalisers, and count them.
    gc.disable()
    sys.settrace(trace)
    try:
        form(filled).validate()
    finally:
        sys.settrace(earlier)
        gc.enable()
    return count


def test_the_forms_are_found() -> None:
    names = {f"{form.__name__}.{name}" for form, name in FIELDS}
    for expected in ("IdentityForm.signed_on", "DelegationForm.siret", "ContactForm.message"):
        assert expected in names
    assert len(FIELDS) > 40


@pytest.mark.parametrize(
    ("form", "name"), FIELDS, ids=[f"{form.__name__}-{name}" for form, name in FIELDS]
)
def test_reading_a_field_costs_little_and_grows_as_what_is_typed(
    form: type[Form], name: str
) -> None:
    nothing = min(instructions(form, name, "") for _ in range(2))
    for half, whole in zip(hostile_texts(LENGTH // 2), hostile_texts(LENGTH), strict=True):
        cost_of_half = instructions(form, name, half) - nothing
        cost = instructions(form, name, whole) - nothing
        assert cost <= 2.2 * max(cost_of_half, 0) + SLACK, repr(whole[:20])
        assert cost <= MOST_INSTRUCTIONS, repr(whole[:20])
    for unit in UNITS:
        text = (unit * LONGEST_TYPED)[:LONGEST_TYPED]
        assert instructions(form, name, text) - nothing <= MOST_INSTRUCTIONS, repr(text[:20])


def test_invisible_characters_are_dropped_in_every_field() -> None:
    hidden = "\u202e\u200b\u2066\ufeff\u3164\u2800\u00ad\U000e0041\x00"
    fields = [
        (form, name)
        for form, name in FIELDS
        if isinstance(form()._fields[name], TextField | LongTextField)
    ]
    assert len(fields) > 30
    for form, name in fields:
        text = f"{hidden} a{hidden}b e{chr(0x301) * 9} {hidden}"
        assert form(FormData([(name, text)])).data[name] == "ab e\u0301\u0301\u0301", name
        assert form(FormData([(name, hidden)])).data[name] == "", name


def test_no_library_ever_reads_more_than_a_number_or_an_address_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Their patterns are not checked: their input is bounded."""
    read: list[int] = []

    def measured(function: Any) -> Any:
        def measure(text: str, *rest: Any, **named: Any) -> Any:
            read.append(len(text))
            return function(text, *rest, **named)

        return measure

    monkeypatch.setattr(phonenumbers, "parse", measured(phonenumbers.parse))
    monkeypatch.setattr(emails, "validate_email", measured(email_validator.validate_email))
    for (form, name), length in itertools.product(FIELDS, (10, 40, 200, LENGTH)):
        for unit in ("1", "a@b.", "+1 "):
            form(FormData([(name, (unit * length)[:length])])).validate()
    assert read
    assert max(read) <= emails.LONGEST_EMAIL


@pytest.mark.parametrize("unit", ["x" * 100_000, "1" * 100_000])
def test_no_parser_gets_more_than_a_line(unit: str) -> None:
    got: list[int] = []

    class AnyForm(Form):
        short = TextField(validators=[Parsed(lambda text: got.append(len(text)), "")])
        long = LongTextField(validators=[Parsed(lambda text: got.append(len(text)), "")])

    AnyForm(FormData([("short", unit), ("long", unit)])).validate()
    assert got == [MAX_TYPED, MAX_TYPED]


def test_no_two_quantified_parts_of_a_pattern_can_match_the_same_character() -> None:
    found = list(web_patterns())
    assert len(found) > 20
    for place, pattern in found:
        try:
            check(pattern)
        except AmbiguousPatternError as error:
            pytest.fail(f"{place}: {pattern.pattern!r} shares {error}")


@pytest.mark.parametrize(
    "pattern",
    [
        r"([0-9]{1,2})\s*[/.\- ]\s*([0-9]{1,2})\s*[/.\- ]\s*([0-9]{4})\Z",
        r"([^a-z]*)(.*?)([^a-z]*)",
        r"(a+)+b",
        r"(?:a|b)*[ab]+",
        r"\s*x?\s*y",
        r"[0-9]+(?:[.,]?[0-9]+)?",
    ],
)
def test_such_a_pattern_is_noticed(pattern: str) -> None:
    with pytest.raises(AmbiguousPatternError):
        check(re.compile(pattern))
