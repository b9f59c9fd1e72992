"""The forms of the site with fields to fill in, and a value for each of these."""

from __future__ import annotations

from collections.abc import Mapping

from tests.routes.visitors import ADDRESSED, MODIFIES, TITULAIRE
from tests.support.http.addresses import ROUTES
from web.core.http.routing import FormRoute

# A value for each field of any form of the site.
TYPED = {
    "nir": "2 85 05",
    "email": "ici@exemple.fr",
    "email_confirmation": "la@exemple.fr",
    "subject": "Une question",
    "message": "Première ligne\nseconde ligne",
    "dif": "77",
    "first_name": 'Zoé "la <b>grande</b>" & Cie',
    "usual_name": "Martin",
    "landline": "01",
    "mobile": "06",
    "street": "12 rue de l’Orée",
    "extra": "Bât. B",
    "postcode": "4900",
    "city": "Angers",
    "country": "Belgique",
    "title": "Soudure à l’arc",
    "search": "soudure",
    "trainer_name": "École",
    "trainer_siret": "123",
    "starts_on": "bientôt",
    "ends_on": "plus tard",
    "duration": "vingt",
    "cost": "cher",
    "on_working_time": "oui",
    "situation": "salarie",
    "employer": "732",
    "employer_name": "Ateliers du Lac",
    "siret": "732",
    "scope": "modifier",
    "reason": "Il manque\nle devis",
    "ending": "abandonne",
    "followed": "12",
    "civility": "madame",
    "birth_name": "Durand",
    # The check is asked again, and its honeypot stays empty.
    "answer": "",
    "website": "",
}
SPACES: Mapping[str, tuple[str, ...]] = {
    TITULAIRE: ("/espace", "/contact", "/connexion", "/mot-de-passe"),
    MODIFIES: ("/employeur",),
    ADDRESSED: ("/organisme",),
}


def with_fields(*starts: str) -> list[FormRoute]:
    """The forms with typed fields whose paths start so."""
    return [
        one
        for one in ROUTES
        if isinstance(one, FormRoute) and one.form and one.path.startswith(starts)
    ]
