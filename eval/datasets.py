"""Question sets: story sets, answered by the whole pipeline, and reading sets, by the reader."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from index.documents import Document, clean, from_text
from index.errors import DocumentError
from index.files import expanded
from qa.setfile import FormatError, read_text, rows, writable
from qa.squad import reading_examples


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a set; no `answers` means that the text does not say.

    history: the questions asked before in the same chat, oldest first.
    kind, split, explicit: labels that some sets have, None in the others.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    history: tuple[str, ...] = ()
    kind: str | None = None
    split: str | None = None
    explicit: bool | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A text and the questions on it; in a reading set, one context."""

    document: Document
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A set by name; `reading` says that its questions are read on their own context.

    always_answered: every question of a reading set has an answer, as in SQuAD 1.1; the reader
    then has no right to abstain, or its scores could not be compared with published ones.
    """

    name: str
    reading: bool
    stories: tuple[Story, ...]
    always_answered: bool = False

    def __len__(self) -> int:
        return sum(len(story.questions) for story in self.stories)


def bundled() -> QuestionSet:
    """The set that comes with storychat, on the bundled article."""
    with as_file(files("eval") / "sets" / "soyuz.jsonl") as path:
        return replace(load(path), name="soyuz")


def load(path: str | Path) -> QuestionSet:
    """Read a story set (JSONL) or a reading set (SQuAD JSON, or JSONL), gzipped or not.

    Raises FormatError, with the file and the line, for anything else.
    """
    path = expanded(path)
    file = clean(path.name) or str(path)
    found = list(rows(read_text(path), file))
    first = found[0][1] if found else None
    if isinstance(first, dict) and "questions" in first:
        reading, stories = False, [_story(row, f"{file}, {place}") for place, row in found]
    elif found and not (isinstance(first, dict) and "context" in first):
        raise FormatError(f"{file} is neither a story set nor a reading set.")
    else:
        reading, stories = True, list(_contexts(found, file))
    _check_ids(stories, file)
    stem = file.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".json")
    folder = clean(path.absolute().parent.name)
    answered = reading and all(one.answers for story in stories for one in story.questions)
    return QuestionSet(f"{folder}/{stem}" if folder else stem, reading, tuple(stories), answered)


def _contexts(found: Sequence[tuple[str, Any]], file: str) -> Iterator[Story]:
    """One story a question: contexts repeat, but reading needs no index to share."""
    for one in reading_examples(found, file):
        answers = tuple(gold.text for gold in one.answers)
        # The context stays as it is, so that its answers stand in it.
        yield Story(Document(one.title, one.context), (Question(one.id, one.question, answers),))


def _story(row: Any, place: str) -> Story:
    try:
        title, text, asked = row["title"], row["text"], row["questions"]
        if not (isinstance(title, str) and isinstance(text, str) and isinstance(asked, list)):
            raise TypeError
    except (KeyError, TypeError) as error:
        raise FormatError(f"{place}: a story needs title, text and questions.") from error
    try:
        document = from_text(writable(text), writable(title))
    except DocumentError as error:
        raise FormatError(f"{place}: the story has no words in it.") from error
    return Story(
        document, tuple(_question(one, f"{place}, question {n}") for n, one in enumerate(asked, 1))
    )


def _question(row: Any, place: str) -> Question:
    try:
        explicit = row.get("explicit")
        return Question(
            writable(str(row["id"])),
            writable(row["question"]),
            _texts(row["answers"], "answers", place),
            _texts(row.get("history", []), "history", place),
            _label(row.get("kind")),
            _label(row.get("split")),
            explicit if isinstance(explicit, bool) else None,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise FormatError(f"{place}: a question needs id, question and answers.") from error


def _texts(values: Any, name: str, place: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise FormatError(f"{place}: {name} must be a list of strings.")
    return tuple(writable(value) for value in values)


def _label(value: Any) -> str | None:
    return clean(value) or None if isinstance(value, str) else None


def _check_ids(stories: Sequence[Story], file: str) -> None:
    counts = Counter(one.id for story in stories for one in story.questions)
    if not counts:
        raise FormatError(f"{file} has no questions in it.")
    name, times = counts.most_common(1)[0]
    if times > 1:
        raise FormatError(f"{file} has {times} questions with the id {name}.")
