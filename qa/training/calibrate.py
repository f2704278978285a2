"""The null thresholds and the confidences, fitted on what the whole pipeline answers."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index import embedder, store
from index.documents import from_text
from index.errors import ModelError, QuestionError
from index.files import write_whole
from index.search import StoryIndex
from qa import larger
from qa.answer import Answer
from qa.pipeline import Pipeline, clues
from qa.reader import CALIBRATION_FILE, Calibration, Decision, load, load_calibration
from qa.setfile import FormatError, read_text, rows, short_name, writable
from qa.squad import best_scores, reading_examples
from qa.training.examples import evenly

ABSTAINED = 0.6  # of the unanswerable questions put to stories
QUESTIONS = 600  # of a story set, and of a reading set twice as many; evenly spaced
ELSEWHERE = 4
_RIGHT = 0.5  # F1
_NATURAL = Decision(0.0, (0.0, 0.3, 0.1), (0.0, -0.3))
UNCALIBRATED = Calibration(_NATURAL, _NATURAL, window=384, stride=128)


@dataclass(frozen=True, slots=True)
class Record:
    """One question as the pipeline read it: the best span's features and its F1 in [0, 1].

    passages: how many its text has.
    weight: in every fit; each set counts the same, however many questions it has.
    elsewhere: put to a story that it was not asked on.
    """

    score: float
    lead: float
    f1: float
    answerable: bool
    passages: int = 1
    weight: float = 1.0
    elsewhere: bool = False


def calibrate(folder: Path, sets: Sequence[Path]) -> Calibration:
    """Fit the model's reader.json: `story` on story sets, `reading` on reading sets.

    Of a story set, questions marked `"split": "test"` take no part. Where all have answers, one in
    ELSEWHERE is also put to the next story, which does not answer it. A part of reader.json without
    a set stays as it is. Raises FormatError, and ModelError for a folder that holds no model.
    """
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder} is not a folder with a model.")
    try:
        load_calibration(folder)
    except ModelError:  # none yet, or a damaged one
        store_calibration(folder, asdict(UNCALIBRATED))
    reader, again = load(folder), larger.load(larger.encoder())
    pipeline = Pipeline(reader, embedder.load(), store.folder() / "vectors", again)
    stories: list[list[Record]] = []
    contexts: list[Record] = []
    for path in sets:
        found = list(rows(read_text(path), path.name))
        if found and isinstance(found[0][1], dict) and "questions" in found[0][1]:
            made = _of_stories(pipeline, path.name, [row for _, row in found])
            stories.append(_evenly_weighed(made, path.name))
        else:
            contexts += _evenly_weighed(_of_contexts(pipeline, found, path.name), path.name)
    fitted = reader.calibration
    if stories:
        every = [record for records in stories for record in records]
        fitted = replace(fitted, story=decision(every, honest_threshold(stories)))
    if contexts:
        fitted = replace(fitted, reading=decision(contexts, best_threshold(contexts)))
    on = [short_name(path) for path in sets]
    store_calibration(folder, asdict(fitted) | {"calibrated_on": on})
    return fitted


def store_calibration(folder: Path, entries: dict[str, Any]) -> None:
    """Put the entries into the folder's reader.json, beside those it has."""
    path = folder / CALIBRATION_FILE
    with suppress(FileNotFoundError, ValueError, TypeError):  # none yet, or a damaged one
        entries = json.loads(path.read_text(encoding="utf-8")) | entries
    write_whole(path, json.dumps(entries, indent=1) + "\n")


def _evenly_weighed(records: Iterator[Record], name: str) -> list[Record]:
    made = list(records)
    if not made:
        raise FormatError(f"{name} has no question in it to calibrate on.")
    return [replace(one, weight=1 / len(made)) for one in made]


def _of_stories(pipeline: Pipeline, name: str, found: Sequence[Any]) -> Iterator[Record]:
    try:
        documents = [from_text(writable(row["text"]), writable(row["title"])) for row in found]
        asked = [
            (i, writable(one["question"]), _texts(one["answers"]))
            for i, row in enumerate(found)
            for one in row["questions"]
            if one.get("split") != "test" and not one.get("history")
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise FormatError(f"{name} is not a story set.") from error
    stories = [pipeline.open(document) for document in documents]
    asked = evenly(asked, QUESTIONS)
    answered = len(stories) > 1 and all(golds for *_, golds in asked)
    for number, (i, question, golds) in enumerate(asked):
        yield from _asked(pipeline, stories[i], question, golds)
        if answered and number % ELSEWHERE == 0:
            for one in _asked(pipeline, stories[(i + 1) % len(stories)], question, []):
                yield replace(one, elsewhere=True)


def _texts(found: Any) -> list[str]:
    if not isinstance(found, list):
        raise TypeError
    return [writable(one) for one in found]


def _asked(
    pipeline: Pipeline, story: StoryIndex, question: str, golds: Sequence[str]
) -> Iterator[Record]:
    """One record, none for a question that cannot be asked ("???")."""
    with suppress(QuestionError):
        yield from _record(pipeline.ask(story, question, top=1), golds, len(story.passages))


def _of_contexts(pipeline: Pipeline, found: Any, name: str) -> Iterator[Record]:
    examples = reading_examples(found, name)
    for one in evenly(examples, 2 * QUESTIONS):
        answer = pipeline.read(one.context, one.question, top=1)
        yield from _record(answer, [gold.text for gold in one.answers], 1)


def _record(answer: Answer, golds: Sequence[str], passages: int) -> Iterator[Record]:
    """One record, none for a question that has no candidates."""
    for best in answer.candidates:
        f1 = best_scores(best.text, golds)[1] if golds else 0.0
        yield Record(best.score, answer.lead, f1, bool(golds), passages)


def honest_threshold(sets: Sequence[Sequence[Record]]) -> float:
    """The highest null threshold that abstains from ABSTAINED of the unanswerables.

    Each set counts the same. Questions put elsewhere, which are easy, count where there are no
    others. Raises FormatError when there is none at all.
    """
    unanswerable = [[one for one in records if not one.answerable] for records in sets]
    own = [[one for one in records if not one.elsewhere] for records in unanswerable]
    counted = [records for records in (own if any(own) else unanswerable) if records]
    nulls = [(-one.score, 1 / len(records)) for records in counted for one in records]
    abstained = 0.0
    for null, weight in sorted(nulls, reverse=True):
        abstained += weight / len(counted)
        if abstained >= ABSTAINED - 1e-9:
            return null - 1e-6
    raise FormatError("The story sets hold no question that its story doesn't answer.")


def best_threshold(records: Sequence[Record]) -> float:
    """The null threshold where the lesser of HasAns F1 and NoAns is greatest.

    The F1 of all questions is as good over a wide range, at whose ends one of the two is poor.
    Where all questions are answerable, or none is, only one counts.
    """
    has = sum(one.weight for one in records if one.answerable)
    no = sum(one.weight for one in records if not one.answerable)
    answered, abstained, best = 0.0, no, 0.0 if has else 1.0
    threshold = min(-one.score for one in records) - 1.0
    for one in sorted(records, key=lambda one: -one.score):
        if one.answerable:
            answered += one.weight * one.f1
        else:
            abstained -= one.weight
        rates = [part / whole for part, whole in ((answered, has), (abstained, no)) if whole]
        if min(rates) > best:
            best, threshold = min(rates), -one.score + 1e-6
    return threshold


def decision(records: Sequence[Record], threshold: float) -> Decision:
    """The threshold with its confidences, logistic regressions (Platt 1999)."""
    kept = [one for one in records if -one.score <= threshold]
    dropped = [one for one in records if -one.score > threshold]
    return Decision(
        round(threshold, 3),
        _logistic(kept, [one.f1 >= _RIGHT for one in kept]),
        _logistic(dropped, [not one.answerable for one in dropped]),
    )


def _logistic(records: Sequence[Record], right: Sequence[bool]) -> tuple[float, ...]:
    from sklearn.linear_model import LogisticRegression

    if len(set(right)) < 2:
        return (4.0 if all(right) else -4.0,)
    features = [clues(one.score, one.lead, one.passages) for one in records]
    mean = sum(one.weight for one in records) / len(records)
    weights = [one.weight / mean for one in records]
    model: Any = LogisticRegression(C=1e3, max_iter=1000)
    model.fit(features, right, sample_weight=weights)
    return tuple(round(float(one), 4) for one in (model.intercept_[0], *model.coef_[0]))
