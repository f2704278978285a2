"""The null threshold and the confidences, fitted on whole stories read by the whole pipeline."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index import embedder, store
from index.documents import from_text
from index.search import StoryIndex
from qa.pipeline import Pipeline
from qa.reader import CALIBRATION_FILE, Calibration, Reader
from qa.setfile import FormatError, read_text
from qa.squad import best_scores

# The most answerable F1, in points, that abstaining may cost.
F1_TO_SPEND = 2.0
_RIGHT = 0.5  # F1


@dataclass(frozen=True, slots=True)
class Record:
    """One question as the pipeline read it: the best span's features and its F1 in [0, 1].

    weight: in the confidences' fit; each set counts the same, however many questions it has.
    """

    score: float
    lead: float
    f1: float
    answerable: bool
    weight: float = 1.0


def calibrate(folder: Path, sets: Sequence[Path]) -> Calibration:
    """Fit on story sets and store the result in the folder's reader.json.

    A question that its set marks `"explicit": false` or `"split": "test"` takes no part. Each
    story's questions are also put to the next story of the set, which does not answer them.
    """
    reader = Reader(folder)
    pipeline = Pipeline(reader, embedder.load(), store.folder() / "vectors")
    records = [record for path in sets for record in _records(pipeline, path)]
    fitted = fit(records, reader.calibration)
    path = folder / CALIBRATION_FILE
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(asdict(fitted), indent=1) + "\n", encoding="utf-8")
    partial.replace(path)
    return fitted


def _records(pipeline: Pipeline, path: Path) -> list[Record]:
    try:
        rows = [json.loads(line) for line in read_text(path).splitlines() if line.strip()]
        stories = [
            (pipeline.open(from_text(row["text"], row["title"])), row["questions"]) for row in rows
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(f"{path.name} is not a story set.") from error
    made: list[Record] = []
    for i, (story, questions) in enumerate(stories):
        elsewhere = stories[(i + 1) % len(stories)][0]
        for one in questions:
            if not one.get("explicit", True) or one.get("split") == "test" or one.get("history"):
                continue
            made += _record(pipeline, story, one["question"], one["answers"])
            if elsewhere is not story:
                made += _record(pipeline, elsewhere, one["question"], [])
    return [replace(one, weight=1 / len(made)) for one in made]


def _record(
    pipeline: Pipeline, story: StoryIndex, question: str, golds: Sequence[str]
) -> list[Record]:
    """One record, none for a question that has no candidates."""
    answer = pipeline.ask(story, question, top=1)
    return [
        Record(
            best.score, answer.lead, best_scores(best.text, golds)[1] if golds else 0.0, bool(golds)
        )
        for best in answer.candidates
    ]


def fit(records: Sequence[Record], start: Calibration) -> Calibration:
    """The calibration of these records, with the windows of `start`.

    The threshold is the one with the most unanswerable questions abstained from at a cost of at
    most F1_TO_SPEND points of F1 on the answerable ones. The confidences are logistic regressions
    (Platt 1999) on the margin and the lead.
    """
    answerable = [one for one in records if one.answerable]
    total = sum(one.f1 for one in answerable)
    spend = F1_TO_SPEND / 100 * len(answerable)
    threshold = max(-one.score for one in records) + 1.0
    lost = 0.0
    for one in sorted(answerable, key=lambda one: one.score):
        lost += one.f1
        if lost > min(spend, total):
            break
        threshold = -one.score - 1e-6
    kept = [one for one in records if -one.score <= threshold]
    dropped = [one for one in records if -one.score > threshold]
    return replace(
        start,
        null_threshold=round(threshold, 3),
        answer=_logistic(kept, [one.f1 >= _RIGHT for one in kept]),
        abstain=_logistic(dropped, [not one.answerable for one in dropped]),
    )


def _logistic(records: Sequence[Record], right: Sequence[bool]) -> tuple[float, float, float]:
    from sklearn.linear_model import LogisticRegression

    if len(set(right)) < 2:
        return (4.0 if all(right) else -4.0), 0.0, 0.0
    features = [[one.score, one.lead] for one in records]
    mean = sum(one.weight for one in records) / len(records)
    weights = [one.weight / mean for one in records]
    model: Any = LogisticRegression(C=1e3).fit(features, right, sample_weight=weights)
    by_margin, by_lead = map(float, model.coef_[0])
    return round(float(model.intercept_[0]), 4), round(by_margin, 4), round(by_lead, 4)
