"""Error messages of the identity form."""

from __future__ import annotations

from web.domain.nir import InvalidNir, NirProblem

NIR_SENTENCES = {
    NirProblem.FORMAT: "Saisissez les 13 chiffres de votre numéro de Sécurité sociale "
    "(2A ou 2B pour la Corse), ou les 15 avec la clé. Ils figurent sur votre carte Vitale.",
    NirProblem.KEY: "Les deux derniers chiffres (la clé) ne correspondent pas au numéro. "
    "Vérifiez le numéro, ou saisissez seulement les 13 premiers chiffres.",
    NirProblem.PROVISIONAL: "Ce numéro est provisoire. Attendez de recevoir votre numéro "
    "définitif, qui commence par 1 ou 2, puis revenez vous inscrire.",
    NirProblem.MONTH: "Les chiffres 4 et 5 du numéro indiquent le mois de naissance : "
    "ceux que vous avez saisis ne correspondent à aucun mois. Vérifiez-les sur votre carte Vitale.",
    NirProblem.PLACE: "Les chiffres 6 et 7 du numéro indiquent le département de naissance : "
    "ceux que vous avez saisis ne correspondent à aucun département. Vérifiez-les sur votre carte "
    "Vitale.",
    NirProblem.ORDER: "Les chiffres 11 à 13 du numéro ne peuvent pas être 000. "
    "Vérifiez-les sur votre carte Vitale.",
}
CIVILITY_NEEDED = "Cochez « Madame » ou « Monsieur »."
CIVILITY_SENTENCE = (
    "Votre numéro de Sécurité sociale commence par {digit}, ce qui correspond à « {label} ». "
    "Vérifiez le numéro et la civilité. Si l’un et l’autre sont exacts, contactez-nous : le lien "
    "« Nous contacter » est en bas de cette page."
)
TOO_YOUNG = (
    "D’après ce numéro, vous avez moins de 15 ans : le compte n’est pas encore ouvert à votre âge. "
    "Il l’est à 16 ans, ou dès 15 ans avec un contrat d’apprentissage signé. Si le numéro est le "
    "bon et que vous avez au moins 15 ans, contactez-nous : le lien « Nous contacter » est en "
    "bas de cette page."
)
APPRENTICESHIP_NEEDED = (
    "D’après ce numéro, vous avez peut-être moins de 16 ans. Entre 15 et 16 ans, il faut un "
    "contrat d’apprentissage signé : complétez la partie « Contrat d’apprentissage »."
)
SIGNATURE_SENTENCE = (
    "Saisissez la date de signature, par exemple 15/09/2026. Elle ne peut pas être à venir, ni "
    "remonter à plus de 4 ans."
)


def nir_sentence(error: ValueError) -> str:
    """Return the reason for refusing a NIR."""
    assert isinstance(error, InvalidNir)  # noqa: S101 - the parser's own
    return NIR_SENTENCES[error.problem]
