"""Every htmx swap: its page, the act, the announcement, and the fallback.

A new htmx element in a template needs a line here: `test_swaps.py` fails until it has one, then
checks its announcement, its focus, and its failures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from jinja2 import Environment, nodes

from tests.journeys.paths import RENEW
from tests.journeys.swaps.swap import Swap
from tests.journeys.swaps.swap_acts import (
    REFRESH,
    are_asked_by_the_server,
    everything_is_shown,
    filter_by,
    look_by_the_button,
    look_for_a_formation,
    look_for_nothing_known,
    prepare_a_mail,
    press,
    press_again,
    refused_by,
    start_separate_registration,
    type_a_duration,
    type_a_password,
    type_a_subject,
    type_a_young_number,
    wait_for_a_refused_mail,
)
from tests.support.http.addresses import ADDRESSES
from web.core.http.template_compiler import FOLDER

ELEMENT = re.compile(r'data-hx-(?:get|post)="((?:\{\{.*?\}\}|[^"])*)"')
PATH = re.compile(r'\{\{ path\("([^"]+)"\) \}\}')
JINJA = Environment()
# The macros that write htmx elements: the position of the address among their arguments, and the
# fewest arguments with which they do; `filters` needs a target.
MACROS = {"live": (0, 2), "filters": (0, 2), "new_password": (2, 3)}
# Templates of macros that only pass an address on.
WRAPPERS = {"components/filters.html", "signup/_new_password.html"}
NEW_DOSSIER = "/espace/dossiers/nouveau"


def written_in_templates() -> Counter[tuple[str, str]]:
    """Every htmx element of the templates, written out or by a macro."""
    found: Counter[tuple[str, str]] = Counter()
    for path in FOLDER.rglob("*.html"):
        source, name = path.read_text("utf-8"), path.relative_to(FOLDER).as_posix()
        found.update((name, _resolved(address)) for address in ELEMENT.findall(source))
        if name not in WRAPPERS:
            found.update((name, address) for address in _addresses_given(JINJA.parse(source)))
    return found


def _addresses_given(tree: nodes.Template) -> Iterator[str]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MACROS:
            position, fewest = MACROS[call.node.name]
            if len(call.args) >= fewest:
                yield _written(call.args[position])


def _written(address: nodes.Expr) -> str:
    """An address as a template would write it in an attribute."""
    if isinstance(address, nodes.Const):
        return str(address.value)
    if isinstance(address, nodes.Concat):
        return "".join(_written(part) for part in address.nodes)
    return _resolved("{{ " + _expression(address) + " }}")


def _resolved(address: str) -> str:
    """An address of a template with its path, when that has no parameters."""
    return PATH.sub(lambda found: ADDRESSES.path(found[1]), address)


def _expression(node: nodes.Node) -> str:
    if isinstance(node, nodes.Const):
        return f'"{node.value}"'
    if isinstance(node, nodes.Call):
        given = [*map(_expression, node.args)]
        given += [f"{one.key}={_expression(one.value)}" for one in node.kwargs]
        return f"{_expression(node.node)}({', '.join(given)})"
    if isinstance(node, nodes.Getattr):
        return f"{_expression(node.node)}.{node.attr}"
    assert isinstance(node, nodes.Name), node
    return node.name


def meter(template: str, address: str, session: str, path: str, button: str) -> Swap:
    """The strength meter and its rules: on three pages."""
    return Swap(
        template,
        address,
        session,
        path,
        act=type_a_password,
        announced="Mot de passe : Faible.",
        works=refused_by(button),
        pressed=False,
    )


SWAPS = (
    Swap(
        "components/errors.html",
        "{{ url }}",
        "visitor",
        "/contact",
        act=type_a_subject,
        announced="Corrigé : Sujet. 3 erreurs sont à corriger.",
        works=refused_by("Envoyer le message"),
        pressed=False,
        refused_by="Envoyer le message",
    ),
    meter(
        "signup/password.html",
        "/inscription/mot-de-passe/robustesse",
        "registrant",
        "/inscription/mot-de-passe",
        "Continuer",
    ),
    meter(
        "reset/link.html",
        "{{ strength_url }}",
        "visitor",
        "new_password",
        "Enregistrer ce mot de passe",
    ),
    meter(
        "reset/link.html",
        "{{ strength_url }}",
        "visitor",
        "invitation",
        "Enregistrer ce mot de passe",
    ),
    meter(
        "security/password.html",
        "{{ strength_url }}",
        "account",
        "/espace/mot-de-passe",
        "Enregistrer ce mot de passe",
    ),
    Swap(
        "signup/identity.html",
        "/inscription/identite/apprentissage",
        "visitor",
        "/inscription/identite",
        act=type_a_young_number,
        announced="Une question sur un contrat d’apprentissage est ajoutée après le nom de "
        "naissance.",
        works=are_asked_by_the_server,
        before=start_separate_registration,
        focus="#civility-0",
        pressed=False,
    ),
    Swap(
        "home/rubrics/trainings.html",
        "/titulaire/ma-liste-de-formations",
        "visitor",
        "/titulaire/ma-liste-de-formations",
        act=look_for_nothing_known,
        announced="Aucune formation pour « zbvkw »",
        works=press_again("Rechercher", "Aucune formation"),
        pressed=False,
    ),
    Swap(
        "captcha/_captcha.html",
        "/captcha/nouveau?genre={{ kind }}&contre={{ form.captcha_against }}",
        "visitor",
        "/contact",
        act=press(RENEW, Sujet="Bonjour"),
        announced="De nouveaux caractères sont affichés.",
        works=press_again(RENEW, "De nouveaux caractères sont affichés."),
        # As without scripts.
        focus="#answer",
    ),
    Swap(
        "signup/_mail.html",
        "/inscription/courriel",
        "waiting",
        "/inscription/courriel",
        before=prepare_a_mail,
        act=wait_for_a_refused_mail,
        announced="Le courriel n’est pas parti.",
        works=press_again(REFRESH, "Courriel refusé"),
        # The focused link has been replaced.
        focus="#etat",
        pressed=False,
    ),
    Swap(
        "dossiers/_form.html",
        "{{ action }}",
        "planner",
        NEW_DOSSIER,
        act=look_for_a_formation,
        announced="Aucune formation pour « zbvkw »",
        works=press_again("Rechercher", "Aucune formation pour « zbvkw »"),
        pressed=False,
    ),
    Swap(
        "dossiers/_form.html",
        "{{ action }}",
        "planner",
        NEW_DOSSIER,
        act=look_by_the_button,
        announced="Aucune formation pour « z9 »",
        works=press_again("Rechercher", "Aucune formation pour « z9 »"),
    ),
    Swap(
        "dossiers/_form.html",
        "{{ simulation_url }}",
        "planner",
        NEW_DOSSIER,
        act=type_a_duration,
        announced="Avec vos heures : 15 h DIF + 20 h CPF ; il reste 5 h à financer autrement",
        works=press_again("Enregistrer", "15 h DIF + 20 h CPF ; il reste 5 h à financer autrement"),
        pressed=False,
    ),
    Swap(
        "dossiers/simulation.html",
        "/espace/dossiers/simulation",
        "planner",
        "/espace/dossiers/simulation",
        act=type_a_duration,
        announced="Avec vos heures : 15 h DIF + 20 h CPF ; il reste 5 h à financer autrement",
        works=press_again("Simuler", "15 h DIF + 20 h CPF ; il reste 5 h à financer autrement"),
        pressed=False,
    ),
    Swap(
        "dossiers/_list.html",
        "/espace/dossiers",
        "planner",
        "/espace/dossiers",
        act=filter_by("Statut", "Clos"),
        announced="Aucun dossier",
        works=press_again("Filtrer", "Aucun dossier n’a ce statut."),
    ),
    Swap(
        "hours/_account.html",
        "/espace/heures",
        "account",
        "/espace/heures",
        act=press("Enregistrer", **{"Saisissez le solde du DIF": "80"}),
        announced="Solde DIF enregistré : 80 heures.",
        works=press_again("Enregistrer", "olde DIF "),
    ),
    Swap(
        "hours/_movements.html",
        "/espace/heures",
        "account",
        "/espace/heures",
        act=filter_by("Année", "2025"),
        announced="1 mouvement",
        works=press_again("Filtrer", "1 mouvement sur "),
    ),
    Swap(
        "hours/_movements.html",
        "/espace/heures",
        "account",
        "/espace/heures?annee=2025",
        act=press("Tout afficher"),
        announced=" mouvements",
        works=everything_is_shown,
        # The focused link has been replaced.
        focus="#mouvements-liste",
    ),
    Swap(
        "history/_events.html",
        "/espace/historique",
        "account",
        "/espace/historique",
        act=filter_by("Type d’action", "Heures"),
        announced=" actions, page 1 sur 2",
        works=press_again("Filtrer", " actions, page 1 sur 2"),
    ),
    Swap(
        "components/pages.html",
        "{{ url(page) }}",
        "account",
        "/espace/historique?type=heures",
        act=press("Page 2"),
        announced=" actions, page 2 sur 2",
        works=press_again("Page 2", " actions, page 2 sur 2"),
        # Another page of a list is read from its beginning.
        focus="#historique-dit",
    ),
    Swap(
        "organismes/_queue.html",
        "/organisme",
        "desk",
        "/organisme",
        act=filter_by("Statut", "Clos (0)"),
        announced="Aucun dossier",
        works=press_again("Filtrer", "Aucun dossier ne correspond à ce choix."),
    ),
    Swap(
        "components/pages.html",
        "{{ url(page) }}",
        "desk",
        "/organisme?statut=soumis",
        act=press("Page 2"),
        announced="25 dossiers, page 2 sur 2",
        works=press_again("Page 2", "25 dossiers, page 2 sur 2"),
        focus="#file-dite",
    ),
    Swap(
        "profile/_form.html",
        "/espace/informations",
        "account",
        "/espace/informations",
        act=press("Enregistrer", **{"Téléphone fixe": "01 23 45 67 89"}),
        announced="Vos informations sont enregistrées.",
        works=press_again("Enregistrer", "Vos informations sont enregistrées."),
    ),
)
