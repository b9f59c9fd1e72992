"""The fields a form has for its security check, and the sentences that go with it."""

from __future__ import annotations

from typing import Any, ClassVar

from web.captcha.service import Kind, Verdict
from web.core.forms import Form, TextField

HIDDEN_FIELD_FILLED = (
    "Un champ caché a été rempli, peut-être par votre navigateur. Nous l’avons vidé : envoyez de "
    "nouveau le formulaire."
)
EMPTY = {
    Kind.CHARACTERS: "Recopiez les caractères affichés ou entendus.",
    Kind.QUESTION: "Répondez à la question.",
}
CHARACTERS = {
    Verdict.WRONG: "Les caractères saisis ne sont pas les bons. En voici d’autres : recopiez-les.",
    Verdict.EXPIRED: "Les caractères avaient plus de 10 minutes. En voici d’autres : recopiez-les.",
    Verdict.ALREADY_USED: "Ces caractères ont déjà servi. En voici d’autres : recopiez-les.",
    Verdict.TOO_FAST: "Votre réponse est arrivée trop vite pour le contrôle de sécurité. Voici "
    "d’autres caractères : recopiez-les.",
}
QUESTION = {
    Verdict.WRONG: "Ce n’est pas la bonne réponse. Voici une autre question.",
    Verdict.EXPIRED: "La question avait plus de 10 minutes. En voici une autre.",
    Verdict.ALREADY_USED: "Cette question a déjà servi. En voici une autre.",
    Verdict.TOO_FAST: "Votre réponse est arrivée trop vite pour le contrôle de sécurité. Voici "
    "une autre question.",
}


class CaptchaFields(Form):
    """To be inherited by a form that has a security check."""

    challenge = TextField()
    answer = TextField("Votre réponse", render_kw={"autocomplete": "off", "class": "width-13"})
    # A field people never see: programs that fill everything give themselves away.
    website = TextField("Ne remplissez pas ce champ", render_kw={"autocomplete": "off"})

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.answer.flags.required = True
        # The check comes last on the page, and so among the errors.
        for name in self.CAPTCHA_NAMES:
            self._fields[name] = self._fields.pop(name)

    # Never kept with what was typed.
    CAPTCHA_NAMES = ("challenge", "answer", "website")
    LABELS: ClassVar = {
        Kind.CHARACTERS: "Caractères affichés ou entendus",
        Kind.QUESTION: "Votre réponse à la question",
    }

    def prepare_captcha(self, kind: Kind) -> None:
        """Empty the answer, and name it after what is asked."""
        self.answer.data = ""
        self.answer.label.text = self.LABELS[kind]

    def check_captcha_is_answered(self, kind: Kind) -> None:
        """Put the sentence where something is missing; judging is the service's."""
        if self.website.data:
            self.refuse("", HIDDEN_FIELD_FILLED)
            self.website.data = ""
        if not self.answer.data:
            self.refuse("answer", EMPTY[kind])

    def refuse_captcha(self, kind: Kind, verdict: Verdict) -> None:
        """Say why the answer did not do; another challenge is shown with it."""
        self.refuse("answer", (QUESTION if kind is Kind.QUESTION else CHARACTERS)[verdict])
