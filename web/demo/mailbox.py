"""`/demo/courriels`: the caught mails, with clickable links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import render

NAME = re.compile(r"\d{20}\Z")
SHOWN = 50
LINK = re.compile(r"(https?://\S+)")


@dataclass(frozen=True)
class Caught:
    """A caught mail."""

    name: str
    sender: str
    recipient: str
    subject: str
    date: str
    text: str

    @property
    def parts(self) -> list[tuple[bool, str]]:
        """The text, split into pairs (is a link, text)."""
        return [(bool(LINK.match(part)), part) for part in LINK.split(self.text) if part]


async def show_mails(request: Request) -> Response:
    """Show the mails, newest first."""
    names = sorted((path.stem for path in _folder(request).glob("[0-9]*.eml")), reverse=True)
    mails = [_read(_folder(request), name) for name in names[:SHOWN]]
    return render(request, "demo/mails.html", {"mails": mails})


async def show_mail(request: Request) -> Response:
    """Show one mail, with clickable links."""
    name = request.path_params["name"]
    if not NAME.match(name) or not (_folder(request) / f"{name}.eml").exists():
        raise HTTPException(404)
    return render(request, "demo/mail.html", {"mail": _read(_folder(request), name)})


ROUTES: list[BaseRoute] = [
    get("demo-mails", "/demo/courriels", show_mails),
    get("demo-mail", "/demo/courriels/{name}", show_mail),
]


def _folder(request: Request) -> Path:
    return Path(request.runtime.settings.demo_mail_dir or "")


def _read(folder: Path, name: str) -> Caught:
    parser = BytesParser(policy=policy.default)
    message = parser.parsebytes((folder / f"{name}.eml").read_bytes())
    body = message.get_body(("plain",))
    return Caught(
        name=name,
        sender=str(message["From"]),
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        text=body.get_content() if body else "",
    )
