"""A message to the service, as a visitor writes it."""

from __future__ import annotations

from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox, Received
from tests.support.programs.settings import CAPTCHA_ANSWER

URL = "/contact"
SERVICE = "contact@compte-formation.example"
TYPED = {
    "subject": "Je n’ai pas reçu <le> courriel & j'attends",
    "message": "Bonjour,\r\n\r\nDepuis hier, rien n’arrive.\r\nMerci !",
    "email": "jean@exemple.fr",
}


async def write(client: Client, **changes: str) -> Page:
    fields = {**TYPED, "answer": CAPTCHA_ANSWER, **changes}
    return await client.submit(await client.get(URL), fields, action=URL)


def to_service(outbox: Outbox) -> list[Received]:
    return outbox.to(SERVICE)
