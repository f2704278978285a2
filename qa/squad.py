"""SQuAD's file formats and SQuAD's scores.

The scores follow the official SQuAD 2.0 evaluation script (Rajpurkar et al. 2018): they are used
while a reader trains and when a set is evaluated, so they live below both.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.setfile import FormatError, read_text, rows, writable

_ARTICLES = re.compile(r"\b(a|an|the)\b", re.UNICODE)
_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotator's answer; `start` is its character offset in the context."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class ReadingExample:
    """A question on one context. No `answers` means that the context does not answer it."""

    id: str
    title: str
    context: str
    question: str
    answers: tuple[Gold, ...]


def normalize_answer(text: str) -> str:
    """Lower-case, drop ASCII punctuation and the articles, squeeze white space."""
    text = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", text).split())


def exact_match(prediction: str, gold: str) -> float:
    """1.0 when the two are equal after normalisation, else 0.0."""
    return float(normalize_answer(prediction) == normalize_answer(gold))


def f1(prediction: str, gold: str) -> float:
    """Word-overlap F1 in [0, 1]; with an empty side, 1.0 only when both are empty."""
    predicted, expected = normalize_answer(prediction).split(), normalize_answer(gold).split()
    if not predicted or not expected:
        return float(predicted == expected)
    same = sum((Counter(predicted) & Counter(expected)).values())
    if not same:
        return 0.0
    precision, recall = same / len(predicted), same / len(expected)
    return 2 * precision * recall / (precision + recall)


def best_scores(prediction: str, golds: Sequence[str]) -> tuple[float, float]:
    """(exact match, F1), each the best over the golds.

    Golds that normalise to nothing are left out; when none remains the right answer is "".
    """
    kept = [gold for gold in golds if normalize_answer(gold)] or [""]
    return (
        max(exact_match(prediction, gold) for gold in kept),
        max(f1(prediction, gold) for gold in kept),
    )


def consensus(answers: Sequence[Gold]) -> Gold:
    """The answer the others agree on most: highest mean F1 with them, then the shortest."""
    return max(
        answers,
        key=lambda one: (sum(f1(one.text, other.text) for other in answers), -len(one.text)),
    )


def load_reading_set(path: Path) -> list[ReadingExample]:
    """Read SQuAD JSON (v1.1 or v2.0) or reading-set JSONL, either one gzipped or not.

    Raises FormatError with the file and the line or question that is wrong.
    """
    return reading_examples(list(rows(read_text(path), path.name)), path.name)


def reading_examples(found: Sequence[tuple[str, Any]], name: str) -> list[ReadingExample]:
    """The (place, row)s of a reading set as examples. Raises FormatError for a wrong one."""
    if not found:
        raise FormatError(f"{name} has no questions in it.")
    return [_example(row, f"{name}, {place}") for place, row in found]


def _example(row: Any, place: str) -> ReadingExample:
    try:
        answers = tuple(Gold(writable(gold["text"]), int(gold["start"])) for gold in row["answers"])
        return ReadingExample(
            writable(str(row["id"])),
            writable(str(row.get("title", ""))),
            writable(row["context"]),
            writable(row["question"]),
            answers,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise FormatError(
            f"{place}: a question needs id, context, question and answers with text and start."
        ) from error
