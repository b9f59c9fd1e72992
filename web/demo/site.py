"""The site of the demonstration: the application, and what only a demonstration shows."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.types import ASGIApp

from web import server
from web.app import Extension
from web.core.addresses import Addresses
from web.core.http import errors
from web.core.http.templating import Banner, Link
from web.demo import components, mailbox
from web.demo.own_host import OwnHost
from web.settings import Settings

WARNING = "Site de démonstration\u00a0: ne saisissez aucun vrai numéro de Sécurité sociale."


def application() -> ASGIApp:
    """Build the application of a server process of the demonstration."""
    return server.application(demonstration)


def demonstration(settings: Settings) -> Extension:
    """Return the additions of the demonstration; those for mails only where they are caught."""
    mails = mailbox.ROUTES if settings.demo_mail_dir else []
    link = (
        Link(Addresses(mails).path("demo-mails"), "Lire les courriels envoyés") if mails else None
    )
    return Extension(
        routes=[*mails, *components.ROUTES],
        middleware=[Middleware(OwnHost, refuse=errors.refuse)],
        banner=Banner(WARNING, link),
    )
