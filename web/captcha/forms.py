"""The form fields of the security check, and their error messages."""

from __future__ import annotations

from typing import Any, ClassVar

from web.captcha.alphabet import ANSWER_LENGTH
from web.captcha.service import Kind, Verdict
from web.captcha.vocabulary import number_word
from web.core.http.forms.forms import Form, TextField
from web.people.sentences import when_again

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
# Texts on what the check prevents, by the name in the query string of its fragment.
PREVENTED = {
    "inscriptions": "les inscriptions automatisées",
    "messages": "les messages automatisés",
}
TOO_MANY = (
    "Trop de réponses au contrôle de sécurité sont venues de votre navigateur, ou d’une connexion "
    "à Internet que vous partagez peut-être. Rien n’est perdu\u00a0: {instead}, ou envoyez de "
    "nouveau le formulaire {when}."
)
INSTEAD = {
    Kind.CHARACTERS: "répondez plutôt à une question",
    Kind.QUESTION: "revenez aux caractères à recopier",
}


class CaptchaFields(Form):
    """Base class of the forms that have a security check."""

    short_names: ClassVar = {"answer": "Contrôle de sécurité"}

    challenge = TextField()
    answer = TextField(
        "Votre réponse",
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
            "class": "width-13",
        },
    )
    # Honeypot: hidden from people, filled in by programs that fill in everything.
    website = TextField("Ne remplissez pas ce champ", render_kw={"autocomplete": "off"})

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.answer.flags.required = True
        # The check comes last on the page, and therefore in the error summary.
        for name in self.CAPTCHA_NAMES:
            self._fields[name] = self._fields.pop(name)

    # Never saved with what was typed.
    CAPTCHA_NAMES = ("challenge", "answer", "website")
    unsaid = CAPTCHA_NAMES
    LABELS: ClassVar = {
        Kind.CHARACTERS: "Caractères affichés ou entendus",
        Kind.QUESTION: "Votre réponse à la question",
    }
    HINTS: ClassVar = {
        Kind.CHARACTERS: f"{number_word(ANSWER_LENGTH).capitalize()} lettres ou chiffres, en "
        "majuscules ou en minuscules.",
        Kind.QUESTION: "En lettres ou en chiffres. Les majuscules, les accents et une petite faute "
        "ne comptent pas.",
    }
    captcha_is_judged = False
    captcha_against = "inscriptions"

    @property
    def prevented(self) -> str:
        """The text on what the check prevents."""
        return PREVENTED[self.captcha_against]

    def prepare_captcha(self, kind: Kind, *, keep_answer: bool = False) -> None:
        """Label the answer field for this kind, and empty it unless `keep_answer`."""
        if not keep_answer:
            self.answer.data = ""
        self.answer.label.text = self.LABELS[kind]
        self.answer.description = self.HINTS[kind]

    def check_captcha_is_answered(self, kind: Kind) -> None:
        """Add an error if the answer is missing; the service checks it."""
        if self.website.data:
            self.refuse("", HIDDEN_FIELD_FILLED)
            self.website.data = ""
        if not self.answer.data:
            self.add_error("answer", EMPTY[kind])

    def refuse_captcha(self, kind: Kind, verdict: Verdict) -> None:
        """Add the error for a refused answer; another challenge is shown with it."""
        self.captcha_is_judged = True
        self.refuse("answer", (QUESTION if kind is Kind.QUESTION else CHARACTERS)[verdict])

    def refuse_captcha_for_a_while(self, kind: Kind, seconds: int) -> None:
        """Add the error for too many answers of this kind, with the alternative."""
        when = when_again(seconds)
        self.refuse("answer", TOO_MANY.format(instead=INSTEAD[kind], when=when))
