"""Values that differ between days or runs, replaced by their kind."""

from __future__ import annotations

import re

MONTH = "(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VARIES = (
    (ID, "<id>"),
    # The key proposed for a second factor, spelled and in its link.
    (re.compile(r"(?:[A-Z2-7]{4}\s){7}[A-Z2-7]{4}"), "<clé>"),
    (re.compile(r"otpauth://[^\s\"]+"), "<lien de la clé>"),
    # The agents invited in this run.
    (re.compile(r'(combobox "Organisme financeur[^\n]*)(?:\n +- option [^\n]*)+'), r"\1"),
    (re.compile(r"\bD\d\d(?:-\d{3}){3}\b"), "<dossier>"),
    (re.compile(r"\b\d{3}(?:\s\d{3}){2}\s\d{5}\b"), "<siret>"),
    (re.compile(r"[A-Za-z0-9_-]{40,}"), "<jeton>"),
    (re.compile(rf"\d+(?:er)?\s{MONTH}\s\d{{4}}"), "<date>"),
    # Today's date, in the fields that are prefilled with it.
    (re.compile(r"\b\d\d/\d\d/\d{4}\b"), "<jour>"),
    (re.compile(r"\d+\sh\s\d\d"), "<heure>"),
    (re.compile(r"[\w•.+-]+@[\w•.-]+"), "<courriel>"),
    (re.compile(r"•[•\s\d]*\d"), "<numéro>"),
    (re.compile(r"\"?\b[12](?:\s?\d\d){3}(?:\s?\d{3}){2}(?:\s?\d\d)?\b\"?"), "<numéro>"),
)
# Public pages quote years of the rules; dates in a space depend on today.
VARIES_IN_A_SPACE = (
    (re.compile(rf"{MONTH}\s\d{{4}}"), "<mois>"),
    (re.compile(r"\b20\d\d\b"), "<année>"),
)
DAY = re.compile(rf"\b\d+(?:er)?\s{MONTH}\b")


def masked(text: str) -> str:
    """A text about public rules, whose years stay."""
    for pattern, name in VARIES:
        text = pattern.sub(name, text)
    return text


def masked_in_a_space(text: str) -> str:
    """A text about one person, whose months and years depend on today."""
    text = masked(text)
    for pattern, name in VARIES_IN_A_SPACE:
        text = pattern.sub(name, text)
    return text


def masked_speech(text: str) -> str:
    """A text heard line by line: a date may be cut before its year."""
    return DAY.sub("<date>", masked_in_a_space(text))


def in_one_flow(transcript: str) -> str:
    """Join lines read one after the other: a date of another length breaks them elsewhere."""
    return transcript.replace("\n↓ | ", " ").replace("<date> <année>", "<date>")
