"""Make the pictures of docs/ and of the help from the running demonstration.

Start it with `CAPTCHA_TEST_ANSWER=robot make run`, then run this with the same Python.
"""

from __future__ import annotations

import io
import random
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

SITE = "http://127.0.0.1:8000"
FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SIZE = {"width": 1024, "height": 1150}
COLOURS = 64
PASSWORD = "Chevaux-482-Rouges"


def main() -> None:
    """Walk the journey once, taking a picture of each screen worth showing."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=SIZE)
        identity = _register(page)
        dashboard = _open_the_space(page)
        browser.close()
    _save(_side_by_side(identity, dashboard), "journey.png")


def _register(page: Page) -> bytes:
    nir = f"2850599{random.randrange(980, 999)}{random.randrange(1, 999):03}"
    page.goto(f"{SITE}/inscription/conditions")
    page.get_by_label("Je déclare").check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("N° de sécurité sociale").fill(nir)
    page.get_by_label("Madame").check()
    page.get_by_label("Prénom").fill("Touria")
    page.get_by_label("Nom de naissance").fill("Orange")
    page.get_by_label("Téléphone portable").fill("06 12 34 56 78")
    page.get_by_label("Courriel *", exact=True).fill(f"touria{nir}@exemple.fr")
    page.get_by_label("Confirmation courriel").fill(f"touria{nir}@exemple.fr")
    page.mouse.wheel(0, -5000)
    page.get_by_role("heading", level=1).scroll_into_view_if_needed()
    picture = page.screenshot()
    page.locator("#answer").fill("robot")
    page.locator("#answer").press("Enter")
    page.get_by_label("Mot de passe *", exact=True).fill(PASSWORD)
    page.get_by_label("Confirmation Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").last.click()
    page.get_by_role("button", name="Valider mon inscription").click()
    page.get_by_text("Courriel envoyé").wait_for()
    page.goto(f"{SITE}/demo/courriels")
    page.get_by_role("link", name="Activez votre compte formation").first.click()
    page.locator(".letter a").first.click()
    page.get_by_label("Identifiant").fill(nir)
    page.get_by_label("Mot de passe *", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="S’identifier").click()
    return picture


def _open_the_space(page: Page) -> bytes:
    page.goto(f"{SITE}/espace/heures")
    page.get_by_label("Saisissez le solde du DIF").fill("80")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Solde DIF enregistré").first.wait_for()
    page.goto(f"{SITE}/espace")
    return page.screenshot()


def _side_by_side(left: bytes, right: bytes) -> Image.Image:
    pictures = [Image.open(io.BytesIO(one)).convert("RGB") for one in (left, right)]
    gap = 24
    joined = Image.new("RGB", (sum(p.width for p in pictures) + gap, SIZE["height"]), "white")
    joined.paste(pictures[0], (0, 0))
    joined.paste(pictures[1], (pictures[0].width + gap, 0))
    return joined


def _save(picture: Image.Image, name: str) -> None:
    picture.quantize(COLOURS).save(FOLDER / name, optimize=True)
    sys.stdout.write(f"{FOLDER / name}\n")


if __name__ == "__main__":
    main()
