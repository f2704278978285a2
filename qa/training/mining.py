"""What the larger reader is asked, as a training set: the places where the first one sees answers.

Most other passages of a text are easily told from the one that answers. A reader that chooses among
spans which another has found learns more from those that misled the other (hard negatives:
Karpukhin et al. 2020; reranking: Nogueira & Cho 2019).
"""

import gzip
import json
import logging
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from index.documents import Document
from index.errors import QuestionError
from index.files import write_whole
from qa import pipeline
from qa.pipeline import REREAD, Pipeline, around
from qa.squad import Gold, ReadingExample, normalize_answer
from qa.training.examples import WeightedSet, load
from qa.windows import Span

log = logging.getLogger(__name__)

LONGEST = 5000  # words; the contexts of a longer title are no one text
OF_ONE_TEXT = 10  # questions at most: opening a text takes as long as several
EASY = 0.2  # the share kept of the questions that the first reader is not in doubt about


def mine(sets: Sequence[Path], out: Path, most: int, seed: int, *, apart: bool = False) -> str:
    """Write the views of up to `most` questions of the sets, drawn at random.

    sets: reading sets whose contexts of one title make up a text, in their order (those inside
      another count once).
    out: a reading set, gzipped JSONL, where the rows of one question have one id.
    apart: each context is a text of its own.

    Returns how many questions and rows it has. Raises FormatError and ModelError.
    """
    rng = random.Random(seed)
    loaded = load([WeightedSet(path, 1.0) for path in sets])
    texts = [found for examples in loaded for found in whole_texts(examples, apart=apart)]
    rng.shuffle(texts)
    engine = pipeline.load()
    rows: list[ReadingExample] = []
    for text, questions in texts[: math.ceil(most / OF_ONE_TEXT)]:
        chosen = rng.sample(questions, min(OF_ONE_TEXT, len(questions)))
        rows += views(engine, text, chosen, rng)
        log.info("%d rows", len(rows))
    lines = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
    write_whole(out, gzip.compress(lines.encode(), mtime=0))
    return f"{len({row.id for row in rows})} questions, {len(rows)} rows"


def whole_texts(
    examples: Iterable[ReadingExample], *, apart: bool = False
) -> Iterator[tuple[str, list[ReadingExample]]]:
    """Each title's text with its questions, whose answers' places are now in the text.

    apart: each context is a text of its own.
    """
    texts: dict[str, list[ReadingExample]] = defaultdict(list)
    for one in examples:
        texts[one.context if apart else one.title].append(one)
    for rows in texts.values():
        contexts = list(dict.fromkeys(one.context for one in rows))
        text = "\n\n".join(
            one for one in contexts if not any(one in other for other in contexts if one != other)
        )
        if len(text.split()) <= LONGEST:
            yield text, [_moved(one, text) for one in rows]


def _moved(example: ReadingExample, text: str) -> ReadingExample:
    at = text.index(example.context)
    answers = tuple(Gold(one.text, at + one.start) for one in example.answers)
    return replace(example, context=text, answers=answers)


def views(
    engine: Pipeline, text: str, questions: Iterable[ReadingExample], rng: random.Random
) -> Iterator[ReadingExample]:
    """For each question a row for each place of the text that the larger reader would read again.

    questions: on the whole text. One of the rows holds the answer, if there is one, even where the
    first reader did not see it. A place that holds the answer's words elsewhere is left out: nobody
    knows whether it answers.
    """
    recorder = _Recorder()
    recording = Pipeline(engine.reader, engine.embedder, None, recorder)  # type: ignore[arg-type]
    story = recording.open(Document("", text))
    for one in questions:
        recorder.seen = []
        try:
            recording.ask(story, one.question)
        except QuestionError:
            continue
        places = recorder.seen
        doubtful = len(places) > 1
        if one.answers:
            answer = Span(one.answers[0].start, one.answers[0].start + len(one.answers[0].text), 0)
            if places and not any(a <= answer.start and answer.end <= b for a, b in places):
                places = [*places[: REREAD - 1], around(text, answer)]
                doubtful = True
        if doubtful or rng.random() < EASY:
            yield from filter(None, (_row(text, one, *place) for place in places))


class _Recorder:
    """Stands for the larger reader and notes what it is given to read."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []

    def read(self, question: str, text: str, stretches: Sequence[tuple[int, int]]) -> list[Span]:
        self.seen = list(stretches)
        return []


def _row(text: str, example: ReadingExample, start: int, end: int) -> ReadingExample | None:
    """The question on text[start:end]; None where nobody knows whether that answers it."""
    view = text[start:end]
    for gold in example.answers:
        if start <= gold.start and gold.start + len(gold.text) <= end:
            return replace(example, context=view, answers=(Gold(gold.text, gold.start - start),))
        if normalize_answer(gold.text) in normalize_answer(view):
            return None
    return replace(example, context=view, answers=())
