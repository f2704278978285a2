"""SQuAD's file formats and SQuAD's scores.

The scores follow the official SQuAD 2.0 evaluation script (Rajpurkar et al. 2018): they are used
while a reader trains and when a set is evaluated, so they live below both.
"""

import gzip
import json
import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


class FormatError(ValueError):
    """The file is not what it should be; the message names the place."""


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


def read_text(path: Path) -> str:
    """A UTF-8 file as text, gunzipped when its name ends in .gz.

    Raises FormatError when it is neither, OSError when it cannot be read.
    """
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8-sig") as file:
                return file.read()
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{path.name} is not UTF-8 text") from error
    except (gzip.BadGzipFile, EOFError) as error:
        raise FormatError(f"{path.name} is a damaged gzip file") from error


def load_reading_set(path: Path) -> list[ReadingExample]:
    """Read SQuAD JSON (v1.1 or v2.0) or reading-set JSONL, either one gzipped or not.

    Raises FormatError with the file and the line or question that is wrong.
    """
    text = read_text(path)
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        whole = None
    if isinstance(whole, dict) and isinstance(whole.get("data"), list):
        rows = _squad_rows(whole["data"])
    else:
        rows = _jsonl_rows(text, path.name)
    examples = [_example(row, f"{path.name}, {place}") for place, row in rows]
    if not examples:
        raise FormatError(f"{path.name} has no questions in it")
    return examples


def _jsonl_rows(text: str, name: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except json.JSONDecodeError as error:
                raise FormatError(f"{name}, line {number} is not JSON") from error


def _squad_rows(data: list[Any]) -> Iterator[tuple[str, Any]]:
    for a, article in enumerate(data):
        for p, paragraph in enumerate(article.get("paragraphs", ())):
            for qa in paragraph.get("qas", ()):
                impossible = qa.get("is_impossible", False)
                yield (
                    f"article {a + 1}, paragraph {p + 1}",
                    {
                        "id": qa.get("id"),
                        "title": article.get("title", ""),
                        "context": paragraph.get("context"),
                        "question": qa.get("question"),
                        "answers": [
                            {"text": gold.get("text"), "start": gold.get("answer_start")}
                            for gold in ([] if impossible else qa.get("answers", ()))
                        ],
                    },
                )


def _example(row: Any, place: str) -> ReadingExample:
    try:
        answers = tuple(Gold(str(gold["text"]), int(gold["start"])) for gold in row["answers"])
        context, question = row["context"], row["question"]
        if not isinstance(context, str) or not isinstance(question, str):
            raise TypeError
        return ReadingExample(
            str(row["id"]), str(row.get("title", "")), context, question, answers
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(
            f"{place}: a question needs id, context, question and answers with text and start"
        ) from error
