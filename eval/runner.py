"""Running a question set through the pipeline, one result a question."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Protocol

from eval.datasets import Question, QuestionSet, Story
from eval.retrieval import holding, rank
from index.documents import Document
from index.errors import QuestionError
from index.search import StoryIndex
from qa.answer import Answer, Turn
from qa.squad import best_scores


class Engine(Protocol):
    """What qa.pipeline.Pipeline does, as far as a run needs it."""

    def open(self, document: Document) -> StoryIndex:
        """Index a story."""

    def ask(self, story: StoryIndex, question: str, history: Sequence[Turn]) -> Answer:
        """Answer a question on a story. Raises QuestionError."""

    def read(self, context: str, question: str, *, abstain: bool) -> Answer:
        """Answer a question by reading one context. Raises QuestionError."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was answered to a question, and how good it was.

    asked: the question as it was read; answer: "" for an abstention.
    margin: by how much the best span beats the null score, -inf without a span.
    exact, f1: the best over the golds, in [0, 1]; milliseconds: of this question alone.
    span_exact, span_f1: the same of the best span, had the abstention not kept it back.
    findable: a story holds one of the golds; rank: which retrieved passage, from 1, is the first
    to hold one, None when none does.
    refused: why the question could not be asked, "" when it could; then it counts as abstained.
    """

    question: Question
    asked: str
    answer: str
    confidence: float
    margin: float
    exact: float
    f1: float
    span_exact: float
    span_f1: float
    milliseconds: float
    findable: bool = False
    rank: int | None = None
    refused: str = ""


def run(questions: QuestionSet, engine: Engine) -> Iterator[Result]:
    """Answer every question of the set, in its order."""
    for story in questions.stories:
        if questions.reading:
            yield from _read(story, engine, not questions.always_answered)
        else:
            yield from _ask(story, engine)


def _read(story: Story, engine: Engine, abstain: bool) -> Iterator[Result]:
    context = story.document.text
    for question in story.questions:
        yield _result(question, partial(engine.read, context, abstain=abstain))


def _ask(story: Story, engine: Engine) -> Iterator[Result]:
    index = engine.open(story.document)
    chats: dict[tuple[str, ...], tuple[Turn, ...]] = {(): ()}
    for question in story.questions:
        turns = _played(question.history, index, engine, chats)
        yield _result(question, partial(engine.ask, index, history=turns), index)


def _played(
    history: tuple[str, ...],
    index: StoryIndex,
    engine: Engine,
    chats: dict[tuple[str, ...], tuple[Turn, ...]],
) -> tuple[Turn, ...]:
    """The chat that these questions make; `chats` keeps every chat played so far."""
    played = len(history)
    while history[:played] not in chats:
        played -= 1
    turns = chats[history[:played]]
    for asked, last in enumerate(history[played:], played + 1):
        # A chat, too, goes on without a question that it refused.
        with suppress(QuestionError):
            turns = (*turns, Turn(last, engine.ask(index, last, turns).text))
        chats[history[:asked]] = turns
    return turns


def _result(
    question: Question, ask: Callable[[str], Answer], index: StoryIndex | None = None
) -> Result:
    began = perf_counter()
    refused, answer = "", None
    try:
        answer = ask(question.question)
    except QuestionError as error:
        refused = error.message
    milliseconds = 1000 * (perf_counter() - began)
    asked = answer.asked if answer else question.question
    text = answer.text if answer else ""
    golds = holding(question.answers, index.document.text) if index else ()
    best = answer.candidates[0].text if answer and answer.candidates else ""
    return Result(
        question,
        asked,
        text,
        answer.confidence if answer else 0.0,
        answer.candidates[0].score if answer and answer.candidates else float("-inf"),
        *best_scores(text, question.answers),
        *best_scores(best, question.answers),
        milliseconds,
        findable=bool(golds),
        rank=rank(index, asked, golds) if index and golds and answer else None,
        refused=refused,
    )
