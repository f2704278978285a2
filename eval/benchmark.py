"""`python -m eval.benchmark SET`: speed and F1 of this reader and of others with its weights.

Of a reading set each question is read on its context; of a story set, on the five passages that
retrieval finds (found beforehand, so that only reading is timed).
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from time import perf_counter

from eval import rivals
from eval.datasets import Question, QuestionSet, load
from eval.metrics import mean, percentile
from eval.selection import evenly
from index.errors import StorychatError
from qa.squad import best_scores

PASSAGES = 5
_WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the contexts it is read on."""

    question: Question
    contexts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A reader's name, its median milliseconds a question, and its mean F1 in percent."""

    name: str
    milliseconds: float
    f1: float


def cases(questions: QuestionSet) -> list[Case]:
    """Every question of the set with what it is read on."""
    if questions.reading:
        return [
            Case(question, (story.document.text,))
            for story in questions.stories
            for question in story.questions
        ]
    from index import embedder, store

    made = []
    model = embedder.load()
    for story in questions.stories:
        index = store.build(story.document, model)
        for question in story.questions:
            found = index.search(question.question, PASSAGES)
            made.append(Case(question, tuple(one.passage.text for one in found)))
    return made


def measure(name: str, read: rivals.Read, asked: Sequence[Case]) -> Measured:
    """Read every case, after a few to warm up, one at a time as a chat does."""
    from tqdm import tqdm

    for case in asked[:_WARM_UP]:
        read(case.question.question, case.contexts)
    times, scores = [], []
    for case in tqdm(asked, desc=name, unit="question", disable=None, leave=False):
        began = perf_counter()
        answer = read(case.question.question, case.contexts)
        times.append(1000 * (perf_counter() - began))
        scores.append(best_scores(answer, case.question.answers)[1])
    return Measured(name, percentile(times, 50) or 0.0, 100 * (mean(scores) or 0.0))


def table(rows: Sequence[Measured]) -> str:
    """Plain text, a line for each; the times also as multiples of the first's."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'reader'.ljust(width)}  ms a question (p50)  times ours     F1"]
    lines += [
        f"{row.name.ljust(width)}  {row.milliseconds:19.1f}"
        f"  {row.milliseconds / rows[0].milliseconds:10.2f}  {row.f1:5.1f}"
        for row in rows
    ]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the readers one after another; returns 0, or 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmark", description=__doc__)
    parser.add_argument("set", metavar="SET", help="a story set or a reading set")
    parser.add_argument("--limit", type=int, default=200, metavar="N", help="questions (200)")
    parser.add_argument(
        "--weights", type=Path, metavar="FOLDER", help="a reader's folder (the bundled one)"
    )
    arguments = parser.parse_args(argv)
    if arguments.limit < 1:
        parser.error("--limit must be at least 1")
    try:
        return _run(load(arguments.set), arguments.limit, arguments.weights)
    except StorychatError as error:
        print(f"storychat: {error.message}", file=sys.stderr)
        return 2


def _run(questions: QuestionSet, limit: int, folder: Path | None) -> int:
    from transformers.utils import logging

    logging.disable_progress_bar()
    asked = cases(evenly(questions, limit))
    weights = folder or Path(str(files("qa") / "weights"))
    # Without unanswerable questions, no reader is given the choice.
    abstain = any(not case.question.answers for case in asked)
    rows = [measure("storychat", rivals.storychat(folder, abstain), asked)]
    rows.append(
        measure("transformers pipeline, fp32", rivals.transformers(weights, abstain), asked)
    )
    haystack = rivals.haystack(weights, abstain)
    if haystack:
        rows.append(measure("haystack extractive reader", haystack, asked))
    print(f"{len(asked)} questions of {questions.name}")
    print(table(rows))
    if not haystack:
        print('haystack is not installed; pip install "storychat[bench]" adds it.', file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
