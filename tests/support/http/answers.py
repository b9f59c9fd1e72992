"""Whole answers, to be compared byte by byte."""

from __future__ import annotations

import re

from tests.support.http.client import Page

OURS = re.compile(r'(?<=value=")[A-Za-z0-9_=-]{40,}(?=")')
MOMENT = re.compile(r"\d+(?:er)?\s\w+\s\d{4}\sà\s\d+\sh\s\d\d|<time.*?</time>")
PICTURE = re.compile(r"/captcha/[\w.-]+")


def answer_of(page: Page, *typed: str) -> tuple[object, ...]:
    """The whole answer and its redirects, without random values, the time and the typed values."""
    parts: list[object] = []
    for step in (*page.response.history, page.response):
        body = PICTURE.sub("/captcha/-", OURS.sub("-", MOMENT.sub("-", step.text)))
        for text in typed:
            body = body.replace(text, "-")
        headers = [
            (name, re.sub(r"=[\w-]{43}", "=-", value))
            for name, value in step.headers.items()
            if name != "content-length"
        ]
        parts += [step.status_code, headers, body, str(step.url)]
    return tuple(parts)
