"""Checks of every form and every field of a page."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tests.support.pages.tree import text_of

UNLABELLED = {"hidden", "submit", "button", "image"}
# Fields about the user, with their autocomplete tokens.
AUTOCOMPLETE = {
    "nir": {"username"},
    "first_name": {"given-name"},
    "birth_name": {"family-name"},
    "usual_name": {"family-name"},
    "landline": {"home tel"},
    "mobile": {"mobile tel"},
    "email": {"email", "username"},
    "email_confirmation": {"email"},
    "street": {"address-line1"},
    "extra": {"address-line2"},
    "postcode": {"postal-code"},
    "city": {"address-level2"},
    "country": {"country-name"},
    "password_current": {"current-password"},
    "password": {"current-password", "new-password"},
    "password_confirmation": {"new-password"},
}
# A draft may be saved with any of its fields empty: a sentence above them says what it takes to
# submit it.
FIELDS_OF_A_DRAFT = {
    "search",
    "title",
    "trainer_name",
    "trainer_siret",
    "starts_on",
    "ends_on",
    "duration",
    "organisme",
}
ASTERISKS = "Les champs marqués d’un astérisque (*) sont obligatoires."


def field_problems(dom: Element, *, full: bool) -> Iterator[str]:
    """Check labels, descriptions, groups, autocomplete tokens, errors."""
    nodes = list(dom.iter())
    by_id = {node.get("id"): node for node in nodes if node.get("id")}
    labels = {label.get("for"): text_of(label) for label in dom.iter("label")}
    grouped = {node for group in dom.iter("fieldset") for node in group.iter("input")}
    for node in nodes:
        if node.tag not in ("input", "select", "textarea") or node.get("type") in UNLABELLED:
            continue
        name = node.get("name")
        if node.get("id") not in labels:
            yield f"{name} has no label"
        expected = AUTOCOMPLETE.get(name or "")
        if expected and node.get("autocomplete") not in expected:
            yield f"autocomplete of {name} is {node.get('autocomplete')}"
        if node.get("type") == "radio" and node not in grouped:
            yield f"{name} is not in a group"
        if node.get("aria-required") == "true" and "*" not in labels.get(node.get("id"), "*"):
            yield f"{name} is required and its label does not say so"
        yield from _description(node, by_id)
    yield from _groups(dom, by_id)
    yield from _forms(dom, labels)
    if full and any("*" in label for label in labels.values()) and ASTERISKS not in text_of(dom):
        yield "nothing says what the asterisks are"
    yield from _summary(nodes, by_id, labels)


def _description(node: Element, by_id: dict[str | None, Element]) -> Iterator[str]:
    """Check that hints and errors describe their field, and that aria-invalid needs an error."""
    identity, described = node.get("id"), (node.get("aria-describedby") or "").split()
    for kind in ("hint", "error"):
        if f"{identity}-{kind}" in by_id and f"{identity}-{kind}" not in described:
            yield f"the {kind} of {identity} is not read with it"
    if (node.get("aria-invalid") == "true") != (f"{identity}-error" in by_id):
        yield f"aria-invalid of {identity} and its error disagree"


def _groups(dom: Element, by_id: dict[str | None, Element]) -> Iterator[str]:
    for group in dom.iter("fieldset"):
        legend = next(iter(group), None)
        if legend is None or legend.tag != "legend" or not text_of(legend):
            yield f"a group without a legend: {group.get('id')}"
        radio = next((n for n in group.iter("input") if n.get("type") == "radio"), None)
        if radio is not None and group.get("role") == "radiogroup":
            name = radio.get("name")
            if (group.get("aria-invalid") == "true") != (f"{name}-error" in by_id):
                yield f"aria-invalid of the group {name} and its error disagree"


def _forms(dom: Element, labels: dict[str | None, str]) -> Iterator[str]:
    for form in dom.iter("form"):
        if next(form.iter("button"), None) is None:
            yield f"form {form.get('action')} without a button"
        if (form.get("method") or "").lower() != "post":
            continue
        names = {node.get("name") for node in form.iter("input")}
        if not {"csrf", "key"} <= names:
            yield f"form {form.get('action')} without its tokens"
        if "password_confirmation" in names:
            yield from _kept_with(form)
        yield from _required_or_not(form, labels)


def _required_or_not(form: Element, labels: dict[str | None, str]) -> Iterator[str]:
    """Check that the label of each field says whether it is required.

    « si » in a label says when its field is needed. A field out of the order of Tab is not to be
    filled in. The fields of a draft say nothing, unless others of their form are marked.
    """
    has_marks = any("*" in labels.get(node.get("id"), "") for node in form.iter())
    for field in (node for node in form.iter() if _is_typed(node)):
        label = labels.get(field.get("id"), "")
        if field.get("name") in FIELDS_OF_A_DRAFT and not has_marks:
            continue
        if not (label.endswith("*") or "(facultatif)" in label or ", si " in label):
            yield f"nothing says whether {field.get('name')} is required"


def _is_typed(field: Element) -> bool:
    """Return whether an element is a field to type in or to choose from."""
    return (
        field.tag in ("input", "select", "textarea")
        and field.get("type") not in {*UNLABELLED, "radio", "checkbox"}
        and field.get("readonly") is None
        and field.get("tabindex") != "-1"
    )


def _kept_with(form: Element) -> Iterator[str]:
    """Check that a new password's form has the identifier, for password managers.

    Except on the link of « Mot de passe oublié »: the mail's reader must not learn the number.
    """
    action = form.get("action") or ""
    found = [node for node in form.iter("input") if node.get("autocomplete") == "username"]
    if action.startswith("/mot-de-passe/"):
        if found:
            yield "the number of an account is disclosed to the reader of its mail"
        return
    if len(found) != 1 or not found[0].get("value"):
        yield f"no identifier to keep the new password of {action} with"
    for node in found:
        if node.get("readonly") is None or node.get("tabindex") != "-1" or node.get("name"):
            yield f"the identifier beside the new password of {action} is a field to fill in"


def _summary(
    nodes: list[Element], by_id: dict[str | None, Element], labels: dict[str | None, str]
) -> Iterator[str]:
    """Check the summary: above the title, each line links to its field and repeats its message.

    Its own title has the focus, and is said then.
    """
    summary = by_id.get("erreurs")
    # A live check renews the summary alone: the person is in a field, which the answer leaves out.
    if summary is None or ("correction-dite" in by_id and "contenu" not in by_id):
        return
    title = next((node for node in nodes if node.tag == "h1"), None)
    if title is not None and nodes.index(title) < nodes.index(summary):
        yield "the summary of errors is under the title"
    if summary.tag != "p" or summary.get("tabindex") != "-1" or summary.get("autofocus") is None:
        yield "the title of the summary of errors does not take the focus"
    lines = (node for node in nodes if node.get("class") == "summary")
    for link in (link for box in lines for link in box.iter("a")):
        if link.find(".//abbr") is not None:
            yield f"{text_of(link)!r} is said with an expansion in the place of its abbreviation"
        target = (link.get("href") or "").removeprefix("#")
        beside = by_id.get(f"{target.removesuffix('-0')}-error")
        field = by_id.get(target)
        if field is None or beside is None:
            yield f"{text_of(link)!r} leads to no error"
        elif not _tells(link, field, beside, labels.get(target, "")):
            yield f"{text_of(link)!r} is not beside {target}, or does not name it"


def _tells(link: Element, field: Element, beside: Element, label: str) -> bool:
    """Return whether a line names its field, checkboxes excepted, and has its message."""
    found, error = text_of(link).casefold(), text_of(beside).casefold()
    name, _, sentence = found.partition(" : ")
    names_itself = field.get("type") == "checkbox" or found.startswith(
        label.rstrip(" *").casefold()
    )
    return bool(name and sentence and sentence in error) or (names_itself and found in error)
