"""Robots that answer the text question without understanding it."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable

from web.captcha.questions import Question, question


def most_frequent_answer(drawn: Iterable[Question]) -> str:
    """Return the single best answer to always give, learnt from questions with known answers."""
    return Counter(answer for known in drawn for answer in known.answers).most_common(1)[0][0]


def any_word_of(asked: str, rng: random.Random) -> str:
    """Return a random word of the question, after the colon (the choices) if any."""
    words: list[str] = re.findall(r"\w+", asked.rpartition("\u00a0:")[2])
    return rng.choice(words)


def guessed_right(number: int, seed: int) -> dict[str, int]:
    """Count the questions, out of `number`, that each robot answers with one try each."""
    rng = random.Random(seed)
    constant = most_frequent_answer(question(rng) for _ in range(5_000))
    asked = [question(rng) for _ in range(number)]
    return {
        "always the most frequent answer": sum(q.accepts(constant) for q in asked),
        "any word of the question": sum(q.accepts(any_word_of(q.text, rng)) for q in asked),
    }
