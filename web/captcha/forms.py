"""The fields a form has for its security check, and the sentences that go with it."""

from __future__ import annotations

from typing import Any, ClassVar

from web.accounts.sentences import when_again
from web.captcha.alphabet import ANSWER_LENGTH
from web.captcha.service import Kind, Verdict
from web.captcha.vocabulary import number_word
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
# What the check is there to prevent, by the name that its fragment is asked for with.
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
    """To be inherited by a form that has a security check."""

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
        """What the check is there to prevent."""
        return PREVENTED[self.captcha_against]

    def prepare_captcha(self, kind: Kind, *, keep_answer: bool = False) -> None:
        """Name the answer after what is asked, and empty it with a new challenge."""
        if not keep_answer:
            self.answer.data = ""
        self.answer.label.text = self.LABELS[kind]
        self.answer.description = self.HINTS[kind]

    def check_captcha_is_answered(self, kind: Kind) -> None:
        """Put the sentence where something is missing; judging is the service's."""
        if self.website.data:
            self.refuse("", HIDDEN_FIELD_FILLED)
            self.website.data = ""
        if not self.answer.data:
            self.refuse("answer", EMPTY[kind])

    def refuse_captcha(self, kind: Kind, verdict: Verdict) -> None:
        """Say why the answer did not do; another challenge is shown with it."""
        self.captcha_is_judged = True
        self.refuse("answer", (QUESTION if kind is Kind.QUESTION else CHARACTERS)[verdict])

    def refuse_captcha_for_a_while(self, kind: Kind, seconds: int) -> None:
        """Say that no more answers of this kind are taken for now, and what else can be done."""
        when = when_again(seconds)
        self.refuse("answer", TOO_MANY.format(instead=INSTEAD[kind], when=when))
