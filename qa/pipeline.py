"""Retrieve, read, rank, decide: a question on a story becomes an answer."""

import ctypes
import gc
import math
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from index.documents import Document, clean
from index.errors import QuestionError
from index.passages import OVERLAP_WORDS, PASSAGE_WORDS, Passage, sentence_around
from index.search import Embedder, Retrieved, StoryIndex, terms
from index.store import build
from qa.answer import Answer, Candidate, Turn
from qa.conversation import resolve
from qa.evidence import RememberingEmbedder, likeness
from qa.windows import Span, agreed, merged

if TYPE_CHECKING:
    from qa.larger import Tensors
    from qa.reader import Decision, Reader

# Chosen by measurement: eval/DECISIONS.md.
PASSAGES_READ = 6
STEPS = (2, 4)  # how many of these are read before it is seen whether the others have to be
CLEAR = 1.0  # they haven't where a span beats "not here" by more (logits)
# How much the likeness of question and evidence (a cosine) counts beside the reader's logits.
EVIDENCE_WEIGHT = 8.0
CONSIDERED = 12  # spans whose evidence is looked at
REREAD = 3  # of these, how many at most the larger reader reads again in closer surroundings
CLOSE = 3.0  # and by how much the best may beat them (logits)
AGAIN = 0.6  # the share of the larger reader's score, of a span and of where it begins and ends
SURROUNDINGS = 160  # characters on either side of the sentence
MAX_QUESTION_WORDS = 100
LONG = 64  # passages; confidence takes longer texts for as long
# The lead of an answer that is the only candidate (logits).
NO_RIVAL = 10.0


class Pipeline:
    """The engine. Not thread-safe: call it from one worker thread."""

    def __init__(
        self,
        reader: "Reader",
        embedder: Embedder,
        cache: Path | None,
        larger: "Reader | Future[Reader] | None" = None,
    ) -> None:
        """cache: the folder that keeps stories' vectors, None to keep none.

        larger: the reader that reads again, which may still be loading; None for the same one.
        """
        self.reader = reader
        self._larger = reader if larger is None else larger
        self.embedder = RememberingEmbedder(embedder)
        self.cache = cache
        self.passages_read = PASSAGES_READ

    def larger(self) -> "Reader":
        """The reader that reads again, once it is loaded. Raises ModelError when it can't be."""
        return self._larger.result() if isinstance(self._larger, Future) else self._larger

    def open(
        self,
        document: Document,
        progress: Callable[[int, int], None] = lambda done, total: None,
        *,
        words: int = PASSAGE_WORDS,
        overlap: int = OVERLAP_WORDS,
    ) -> StoryIndex:
        """Index a story, or take it from the cache. progress(done, total) counts passages."""
        return build(
            document,
            self.embedder,
            words=words,
            overlap=overlap,
            cache=self.cache,
            progress=progress,
        )

    def ask(
        self, story: StoryIndex, question: str, history: Sequence[Turn] = (), top: int = 5
    ) -> Answer:
        """Answer a question on a story, with up to `top` candidates.

        history: the chat's earlier turns, oldest first; a question that leans on them is read
        with its missing part added. Raises QuestionError for what cannot be asked.
        """
        self.larger()  # what is left of its loading is no part of the timings
        began = perf_counter()
        question = checked(question)
        asked = resolve(question, history)
        found = story.search(asked, max(self.passages_read, top))
        retrieved = perf_counter()
        text = story.document.text
        # A story that is hardly longer than what is read anyway may be read whole.
        short = len(story.passages) <= self.passages_read + 2
        nearest = [one.passage for one in found[: self.passages_read]]
        proposed: list[Span] = []
        if terms(asked):  # "who?" asks for nothing
            proposed = self._read(asked, text, nearest, story.passages if short else nearest)
        spans = self._ranked(asked, text, proposed, whole=short)
        answer = self._decide(
            question, asked, text, spans, story.passages, found, top, self.reader.calibration.story
        )
        total = 1000 * (perf_counter() - began)
        retrieving = 1000 * (retrieved - began)
        return replace(
            answer,
            timings={"retrieve": retrieving, "read": total - retrieving, "total": total},
        )

    def read(self, context: str, question: str, top: int = 5, *, abstain: bool = True) -> Answer:
        """Answer a question by reading one context whole, without retrieval.

        abstain: False when the context is known to hold the answer, as in SQuAD 1.1.
        """
        self.larger()
        began = perf_counter()
        whole = Passage(0, 0, len(context), context)
        decision = self.reader.calibration.reading
        if not abstain:
            decision = replace(decision, null_threshold=math.inf)
        proposed = self._proposed(question, context, [whole])
        spans = self._ranked(question, context, proposed, whole=True)
        answer = self._decide(question, question, context, spans, [whole], (), top, decision)
        total = 1000 * (perf_counter() - began)
        return replace(answer, timings={"retrieve": 0.0, "read": total, "total": total})

    def _decide(
        self,
        question: str,
        asked: str,
        text: str,
        spans: Sequence[Span],
        passages: Sequence[Passage],
        found: tuple[Retrieved, ...],
        top: int,
        decision: "Decision",
    ) -> Answer:
        if not spans:
            return Answer(question, asked, (), True, 1.0, 0.0, found, {})
        score = spans[0].score
        lead = score - spans[1].score if len(spans) > 1 else NO_RIVAL
        abstained = -score > decision.null_threshold
        candidates = tuple(
            _candidate(
                span,
                probability(
                    decision.answer,
                    span.score,
                    lead if span is spans[0] else span.score - score,
                    len(passages),
                ),
                text,
                passages,
            )
            for span in spans[:top]
        )
        confidence = (
            probability(decision.abstain, score, lead, len(passages))
            if abstained
            else candidates[0].confidence
        )
        return Answer(question, asked, candidates, abstained, confidence, lead, found, {})

    def _read(
        self, asked: str, text: str, nearest: Sequence[Passage], most: Sequence[Passage]
    ) -> list[Span]:
        """The first reader's spans of the nearest passages, or of `most` if those leave it open."""
        read: list[Passage] = []
        proposed: list[Span] = []
        for step in (*(nearest[:count] for count in STEPS), most):
            new = [one for one in step if one not in read]
            read += new
            proposed += self._proposed(asked, text, new)
            if any(one.score > CLEAR for one in proposed):
                break
        return proposed

    def _proposed(self, asked: str, text: str, passages: Sequence[Passage]) -> list[Span]:
        """The first reader's spans of the passages."""
        spans = self.reader.read(asked, text, [(one.start, one.end) for one in passages])
        return _in_a_paragraph(text, spans)

    def _ranked(
        self, asked: str, text: str, proposed: Sequence[Span], *, whole: bool
    ) -> list[Span]:
        """The best of the reader's spans, by it and by how well their sentences fit the question.

        whole: the text is so short that all of it was read, or would have been had no span been
        clear. Passages of a longer one have been chosen by their likeness to the question; there
        the best span's tells whether it is an answer at all, and ranks no more.

        The first few, where they are close, are read again by the larger reader, with only the text
        around their sentences in view, and begin and end where both readers together would have
        it; the others keep their distance to the best.
        """
        spans = merged(proposed)[:CONSIDERED]
        if not spans:
            return []
        # In what was retrieved only the best span's sentence is compared: it costs an embedding.
        compared = spans if whole else spans[:1]
        sentences = [text[slice(*sentence_around(text, one.start, one.end))] for one in compared]
        likenesses = likeness(self.embedder, asked, sentences)
        if not whole:
            likenesses *= len(spans)
        weighed = [
            replace(one, score=one.score + EVIDENCE_WEIGHT * like)
            for one, like in zip(spans, likenesses, strict=True)
        ]
        weighed.sort(key=lambda one: -one.score)
        first = [one for one in weighed[:REREAD] if one.score > weighed[0].score - CLOSE]
        views = list(dict.fromkeys(map(partial(around, text), first)))
        seen = _in_a_paragraph(text, self.larger().read(asked, text, views))
        least = min((one.score for one in seen), default=0.0)  # for what it does not propose
        reread = []
        for one in first:
            again = max((other.score for other in seen if other.overlaps(one)), default=least)
            place = agreed(one, proposed, seen, AGAIN)
            reread.append(Span(*place, (1 - AGAIN) * one.score + AGAIN * again))
        moved = reread[0].score - first[0].score
        last = min(one.score for one in reread)
        rest = weighed[len(first) :]
        # Merged again: a span that has grown can reach into another.
        return merged(reread + [replace(one, score=min(one.score + moved, last)) for one in rest])


def _in_a_paragraph(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans without those that run on into the next paragraph, which are no answers."""
    return [one for one in spans if "\n\n" not in text[one.start : one.end]]


def around(text: str, span: Span) -> tuple[int, int]:
    """The (start, end) of the span's sentence with its surroundings."""
    start, end = sentence_around(text, span.start, span.end)
    return max(0, start - SURROUNDINGS), min(len(text), end + SURROUNDINGS)


def checked(question: str) -> str:
    """The question, cleaned and on one line. Raises QuestionError when it cannot be asked."""
    cleaned = " ".join(clean(question).split())
    if not cleaned:
        raise QuestionError("The question is empty.")
    if not any(character.isalnum() for character in cleaned):
        raise QuestionError("The question has no words in it.")
    words = len(cleaned.split())
    for length, most, unit in (
        (words, MAX_QUESTION_WORDS, "words"),
        (len(cleaned), 20 * MAX_QUESTION_WORDS, "characters"),
    ):
        if length > most:
            raise QuestionError(
                f"The question is too long ({length:,} {unit}); {most:,} {unit} at most."
            )
    return cleaned


def probability(model: tuple[float, ...], score: float, lead: float, passages: int) -> float:
    """A logistic model's probability, in [0, 1], of its bias and its weights of the clues."""
    bias, *weights = model
    found = clues(score, lead, passages)
    # A model fitted before there were as many clues has fewer weights.
    logit = bias + sum(weight * clue for weight, clue in zip(weights, found, strict=False))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def clues(score: float, lead: float, passages: int) -> tuple[float, ...]:
    """What a confidence goes by: the best span's score, its lead over the next, and how long the
    text is, in which the same score means less the more spans could look right.

    Length is the binary logarithm of its passages, in [0, 6]: no text that confidences were fitted
    on is longer.
    """
    length = math.log2(min(passages, LONG))
    return score, lead, length, score * length


def _candidate(span: Span, confidence: float, text: str, passages: Sequence[Passage]) -> Candidate:
    inside = [one for one in passages if one.start < span.end and span.start < one.end]
    # Of overlapping passages, the one in whose middle the span stands.
    middle = (span.start + span.end) / 2
    passage = min(inside, key=lambda one: abs((one.start + one.end) / 2 - middle))
    return Candidate(
        text[span.start : span.end],
        span.start,
        span.end,
        span.score,
        confidence,
        passage,
        sentence_around(text, span.start, span.end),
    )


def load(progress: Callable[[str], None] = lambda stage: None) -> Pipeline:
    """Load the models; progress is told each stage by name as it begins.

    The larger reader is loaded on another thread afterwards, while stories can be opened.
    Uses no network: the hub's client is switched off before it is imported.
    """
    os.environ |= {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_VERBOSITY": "error",
    }
    # Threads that wait for one another by spinning long take four times as long when other programs
    # want the cores too. OpenMP (GNU's) reads this when torch is loaded.
    os.environ.setdefault("GOMP_SPINCOUNT", "3000")
    from qa import larger

    aside = ThreadPoolExecutor(1)
    try:
        packed = [aside.submit(larger.encoder)]  # takes as long as PyTorch, and another core
        progress("Loading PyTorch")
        import torch  # noqa: F401

        from index import embedder, store
        from qa import reader

        progress("Loading transformers")
        from transformers.utils import logging

        logging.disable_progress_bar()
        progress("Loading the reader")
        first = reader.load()
        progress("Loading the embedder")
        encoder = embedder.load()
        # Not before: transformers can't load two models at once.
        again = aside.submit(_larger, packed)
    finally:
        aside.shutdown(wait=False)
    return Pipeline(first, encoder, store.folder() / "vectors", again)


def _larger(packed: "list[Future[Tensors]]") -> "Reader":
    """The larger reader, of its encoder, which is then let go."""
    from qa import larger

    reader = larger.load(packed.pop().result())
    _give_back()
    return reader


def _give_back() -> None:
    """Return to the system what loading took and freed, 900 MB, which glibc keeps unless told."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
