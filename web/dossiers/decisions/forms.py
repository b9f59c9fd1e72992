"""Forms of the titulaire's decisions."""

from __future__ import annotations

from wtforms.validators import DataRequired

from web.core.http.forms.forms import Agreement
from web.dossiers.forms import SeenForm
from web.dossiers.sentences import CONSENT_SENTENCE


class ConsentForm(SeenForm):
    """The form of « Soumettre », with the express consent."""

    consent = Agreement(
        "Je suis d’accord pour que mes heures soient utilisées pour cette formation, et je demande "
        "à l’organisme financeur de valider ce dossier",
        [DataRequired(CONSENT_SENTENCE)],
    )
