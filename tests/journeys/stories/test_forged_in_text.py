"""A cross-site form in a text browser, which cannot prove the origin."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.journeys.browsers.lynx import lynx
from tests.journeys.browsers.terminal import TextBrowser
from tests.journeys.browsers.w3m import w3m
from tests.journeys.site import Site
from tests.support.titulaires.people import Person
from tests.support.training.delegations import GRANT, fields

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# A different host for a browser, the same machine for the server.
ELSEWHERE = "127.0.0.2"
GRANTED = """
    SELECT count(*) FROM delegation WHERE employer_name = 'Attaquant' AND revoked_at IS NULL
"""


@contextmanager
def hostile_page(action: str) -> Iterator[str]:
    """A site whose only button grants a délégation to its owner; return its address."""
    forged = fields(employer_name="Attaquant", scope="modifier")
    hidden = "".join(f'<input type=hidden name="{n}" value="{v}">' for n, v in forged.items())
    page = f'<form method=post action="{action}">{hidden}<button>Gagner</button></form>'

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *arguments: object) -> None:
            """Log nothing."""

    with HTTPServer((ELSEWHERE, 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{ELSEWHERE}:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("browser", [w3m, lynx])
async def test_the_form_of_another_site_is_shown_and_not_sent_on(
    site: Site, tmp_path: Path, browser: Callable[..., AbstractContextManager[TextBrowser]]
) -> None:
    """3.5.1: the cookie is sent with it; the page asks for review before anything is granted."""
    person = Person()
    await site.open_account(person)
    with browser(site, tmp_path) as driver, hostile_page(f"{site.url}{GRANT}") as hostile:
        await driver.open("/connexion")
        await driver.write("Identifiant", person.nir)
        await driver.write("Mot de passe", person.password)
        await driver.press("S’identifier")
        await driver.reads("Heures DIF")
        await driver.visit(hostile)
        await driver.press("Gagner")
        await driver.reads("Ce formulaire avait expiré")
        await driver.reads("Attaquant")
        await driver.reads("Étape 1 sur 2")
        await driver.press("Voir ce que verra cet employeur")
        await driver.reads("Ce que verra Attaquant")
        assert await site.sql(GRANTED) == 0
        # A user who did want it can continue.
        await driver.press("Accorder la délégation")
        await driver.reads("La délégation est accordée")
        assert await site.sql(GRANTED) == 1
        await site.sql("UPDATE delegation SET revoked_at = now() WHERE employer_name = 'Attaquant'")
