"""The French vocabulary of the questions: numbers, families of words, opposites, durations."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_UNITS: Final = _words(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
)
_TENS: Final = {2: "vingt", 3: "trente", 4: "quarante", 5: "cinquante", 6: "soixante"}
# Belgian and Swiss forms.
_REGIONAL_TENS: Final = {7: ("septante",), 8: ("huitante", "octante"), 9: ("nonante",)}

ORDINALS: Final = ("premier", "deuxième", "troisième", "quatrième", "cinquième")

# No word belongs to two families: no "orange", "rose", "souris", "mars", "avocat", "pêche".
FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "un animal": _words(
        "cheval mouton lapin tigre éléphant girafe renard canard hérisson tortue baleine chameau "
        "écureuil hibou crocodile poule"
    ),
    "une couleur": _words("rouge bleu vert jaune violet gris noir blanc beige"),
    "un fruit": _words(
        "pomme poire banane cerise fraise framboise ananas abricot raisin citron melon"
    ),
    "un légume": _words("carotte poireau navet haricot épinard courgette radis chou"),
    "un jour de la semaine": _words("lundi mardi mercredi jeudi vendredi samedi dimanche"),
    "un mois de l’année": _words(
        "janvier février avril juin juillet août septembre octobre novembre décembre"
    ),
    "un métier": _words(
        "boulanger infirmier maçon plombier facteur coiffeur menuisier jardinier pompier "
        "dentiste électricien pharmacien"
    ),
    "un vêtement": _words("chemise pantalon manteau jupe chaussette écharpe gilet robe"),
    "un instrument de musique": _words(
        "piano violon guitare trompette tambour accordéon harpe clarinette"
    ),
    "un moyen de transport": _words("train avion bateau vélo tramway camion voiture métro"),
    "une partie du corps": _words("genou épaule coude poignet oreille menton"),
    "un pays": _words("France Espagne Italie Portugal Belgique Allemagne Pologne Irlande"),
    "un meuble": _words("table chaise armoire fauteuil commode étagère canapé"),
    "un outil": _words("tournevis tenaille perceuse scie râteau pince"),
}

# Words to pick from a list or to spell: long enough for questions about their letters.
COMMON_WORDS: Final = _words(
    "maison rivière jardin fenêtre chemin montagne soleil journal cuisine village bouteille "
    "marché nuage lettre cadeau forêt école musique papier lumière couloir valise moulin rideau "
    "clavier horloge prairie bougie tunnel sourire ruisseau galerie colline feuille parfum"
)

# A word, its opposite, and their subject: wrong choices come from other subjects.
OPPOSITES: Final = (
    ("grand", "petit", "taille"),
    ("haut", "bas", "taille"),
    ("long", "court", "taille"),
    ("large", "étroit", "taille"),
    ("chaud", "froid", "chaleur"),
    ("lourd", "léger", "poids"),
    ("plein", "vide", "contenu"),
    ("riche", "pauvre", "argent"),
    ("ouvert", "fermé", "porte"),
    ("facile", "difficile", "effort"),
    ("rapide", "lent", "vitesse"),
    ("propre", "sale", "ménage"),
    ("mouillé", "sec", "eau"),
    ("vrai", "faux", "vérité"),
    ("gauche", "droite", "côté"),
    ("jour", "nuit", "heure"),
    ("début", "fin", "rang"),
    ("premier", "dernier", "rang"),
    ("monter", "descendre", "hauteur"),
    ("acheter", "vendre", "commerce"),
    ("gagner", "perdre", "jeu"),
    ("allumer", "éteindre", "lampe"),
    ("entrer", "sortir", "passage"),
    ("toujours", "jamais", "fréquence"),
)

WEEK: Final = FAMILIES["un jour de la semaine"]
MONTHS: Final = _words(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
)

# A question on a number of things, and the value of each of them.
CONTENTS: Final = (
    ("Combien de jours y a-t-il dans {} semaines", 7),
    ("Combien de mois y a-t-il dans {} années", 12),
    ("Combien d’œufs y a-t-il dans {} douzaines d’œufs", 12),
    ("Combien de pattes ont en tout {} chats", 4),
    ("Combien de roues ont en tout {} vélos", 2),
    ("Combien de doigts ont en tout {} mains", 5),
    ("Combien de côtés ont en tout {} triangles", 3),
)


def number_word(number: int) -> str:
    """Return a number from 0 to 99 in French words; ValueError outside."""
    if not 0 <= number <= 99:
        raise ValueError("only 0 to 99 are written in words")
    tens, unit = divmod(number, 10)
    if number <= 16:
        return _UNITS[number]
    if tens == 1:
        return f"dix-{_UNITS[unit]}"
    if tens in (7, 9):
        tens, unit = tens - 1, unit + 10
    if tens == 8:
        return "quatre-vingts" if unit == 0 else f"quatre-vingt-{number_word(unit)}"
    if unit == 0:
        return _TENS[tens]
    link = " et " if unit in (1, 11) else "-"
    return f"{_TENS[tens]}{link}{number_word(unit)}"


def number_words(number: int) -> tuple[str, ...]:
    """Return every way of writing a number from 0 to 99 in words, the usual one first."""
    tens, unit = divmod(number, 10)
    ways = [number_word(number)]
    if " et " in ways[0]:
        ways.append(ways[0].replace(" et ", "-"))
    if ways[0] == "quatre-vingts":
        ways.append("quatre-vingt")
    if number == 1:
        ways.append("une")
    for name in _REGIONAL_TENS.get(tens, ()):
        link = " et " if unit == 1 else "-"
        ways.append(name if unit == 0 else f"{name}{link}{_UNITS[unit]}")
    return tuple(ways)
