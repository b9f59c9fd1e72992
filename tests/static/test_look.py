"""Requirements on the stylesheet and the script, checked on their source."""

from __future__ import annotations

import re

import pytest

from web.core.http.assets import FOLDER

STYLE = (FOLDER / "site.css").read_text("utf-8")
SCRIPT = (FOLDER / "app.js").read_text("utf-8")
LIGHT, DARK = 0, 1
TEXTS = ("ink", "quiet", "accent", "accent-strong", "good", "bad")
GROUNDS = {
    "ink": ("page", "soft", "accent-soft", "todo-soft", "good-soft", "bad-soft"),
    "quiet": ("page", "soft"),
    "accent": ("page", "soft"),
    "accent-strong": ("page", "soft", "accent-soft"),
    "good": ("page", "good-soft"),
    "bad": ("page", "bad-soft"),
}


def palette(scheme: int) -> dict[str, str]:
    """The colours by role; the dark scheme overrides those of the light one."""
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    colours: dict[str, str] = {}
    for block in blocks[: scheme + 1]:
        colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))
    return colours


def luminance(colour: str) -> float:
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_a_contrast_of_seven_to_one_and_graphics_three_to_one(scheme: int) -> None:
    colours = palette(scheme)
    for text in TEXTS:
        for ground in GROUNDS[text]:
            assert contrast(colours[text], colours[ground]) >= 7, f"{text} on {ground}"
    assert contrast(colours["on-accent"], colours["accent"]) >= 7
    assert contrast(colours["on-accent"], colours["accent-strong"]) >= 7
    for drawn in ("line", "focus", "accent", "todo", "good", "bad"):
        for ground in ("page", "soft"):
            assert contrast(colours[drawn], colours[ground]) >= 3, f"{drawn} on {ground}"


def test_visual_order_follows_the_document_in_both_orientations() -> None:
    assert not re.search(r"[;{]\s*order\s*:|-reverse|dense|\borientation\b", STYLE)


def test_colours_change_only_where_both_schemes_are_defined() -> None:
    body = re.search(r"^body \{(.*?)\}", STYLE, re.DOTALL | re.MULTILINE)
    assert body
    assert "background: var(--page)" in body[1]
    assert "color: var(--ink)" in body[1]
    assert not re.search(r"#[0-9a-f]{3,6}\b", STYLE.partition("@property")[2])


def test_the_script_has_no_timer_no_key_listener_and_allows_pasting() -> None:
    """No timer, no keyboard shortcut, no blocked paste; a press acts on release.

    6.2.7: pasting is allowed.
    """
    for word in (
        "setTimeout",
        "setInterval",
        "keydown",
        "keyup",
        "keypress",
        "paste",
        "mousedown",
        "pointer",
        "touch",
    ):
        assert not re.search(rf"\b{word}", SCRIPT), word
