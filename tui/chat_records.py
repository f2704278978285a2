"""What is kept of a chat: its story, its turns and their spans, as JSON records and back."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.documents import Document
from qa.answer import Answer, Candidate, Turn

_LAST_OFFSET = 10**9  # no story is so long


@dataclass(frozen=True, slots=True)
class Story:
    """Which text was asked: its title, the path it came from or "", and its text's SHA-256."""

    title: str
    source: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the story: `text[start:end]`, in passage number `passage`, counted from 1.

    sentence: (start, end) of the sentence around the span; quote: that sentence's words.
    score: the reader's; None in chats kept before scores were.
    """

    text: str
    start: int
    end: int
    confidence: float
    passage: int
    sentence: tuple[int, int]
    quote: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """A question and what the story said.

    asked: the question as it was read. answer: None when the story doesn't say. confidence: of
    the answer or the abstention. others: the runners-up, best first. nearest: the (number from
    1, start, end) of the passages read. passages: how many the story has. time: ISO, UTC.
    ranks: (fused score, rank by meaning, rank by words) of each in nearest. timings: milliseconds
    by stage. Both are empty in chats kept before they were.
    """

    question: str
    asked: str
    story: Story
    answer: Span | None
    confidence: float
    others: tuple[Span, ...]
    nearest: tuple[tuple[int, int, int], ...]
    passages: int
    time: str
    ranks: tuple[tuple[float, int, int], ...] = ()
    timings: tuple[tuple[str, float], ...] = ()

    @property
    def candidates(self) -> tuple[Span, ...]:
        """All that the reader found, best first; after an abstention none of them is the answer."""
        return self.others if self.answer is None else (self.answer, *self.others)


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat and its file. damaged: how many unreadable lines of the file were passed over."""

    id: str
    name: str
    story: Story
    created: str
    path: Path
    turns: tuple[SavedTurn, ...] = ()
    damaged: int = 0

    @property
    def updated(self) -> str:
        """When something was last asked in it: ISO, UTC."""
        return self.turns[-1].time if self.turns else self.created


def story_of(document: Document) -> Story:
    """The document's title, source and content hash."""
    digest = hashlib.sha256(document.text.encode()).hexdigest()
    return Story(document.title, document.source, digest)


def turn_of(answer: Answer, document: Document, passages: int) -> SavedTurn:
    """The answer as it is kept. passages: how many the document was cut into."""
    best = answer.best
    return SavedTurn(
        answer.question,
        answer.asked,
        story_of(document),
        None if best is None else _span(best, document),
        answer.confidence,
        tuple(_span(one, document) for one in answer.runners_up),
        tuple(
            (one.passage.number + 1, one.passage.start, one.passage.end) for one in answer.nearest
        ),
        passages,
        now(),
        tuple((one.score, one.dense_rank, one.bm25_rank) for one in answer.nearest),
        tuple(answer.timings.items()),
    )


def history(turns: Sequence[SavedTurn]) -> tuple[Turn, ...]:
    """The turns as the pipeline takes them to understand a follow-up."""
    return tuple(Turn(turn.question, turn.answer.text if turn.answer else "") for turn in turns)


def head_record(chat: Chat) -> dict[str, Any]:
    """The first line of a chat's file."""
    story = asdict(chat.story)
    return {
        "kind": "chat",
        "id": chat.id,
        "name": chat.name,
        "created": chat.created,
        "story": story,
    }


def turn_record(turn: SavedTurn) -> dict[str, Any]:
    """The line of a turn."""
    return {"kind": "turn", **asdict(turn)}


def _span(one: Candidate, document: Document) -> Span:
    quote = document.text[slice(*one.sentence)]
    number = one.passage.number + 1
    return Span(
        one.text, one.start, one.end, one.confidence, number, one.sentence, quote, one.score
    )


def read_turn(record: Any) -> SavedTurn:
    """The turn of a line. Raises LookupError, TypeError, ValueError or ArithmeticError."""
    return SavedTurn(
        read_text(record["question"]),
        read_text(record["asked"]),
        read_story(record["story"]),
        None if record["answer"] is None else _read_span(record["answer"]),
        _read_confidence(record["confidence"]),
        tuple(map(_read_span, record["others"])),
        tuple((int(number), *_read_place(*place)) for number, *place in record["nearest"]),
        int(record["passages"]),
        read_text(record["time"]),
        tuple((float(score), int(one), int(two)) for score, one, two in record.get("ranks", ())),
        tuple((read_text(stage), float(value)) for stage, value in record.get("timings", ())),
    )


def _read_span(record: Any) -> Span:
    return Span(
        read_text(record["text"]),
        *_read_place(record["start"], record["end"]),
        _read_confidence(record["confidence"]),
        int(record["passage"]),
        _read_place(*record["sentence"]),
        read_text(record["quote"]),
        None if record.get("score") is None else float(record["score"]),
    )


def _read_confidence(value: Any) -> float:
    confidence = float(value)
    if not 0 <= confidence <= 1:  # which "not a number" isn't either
        raise ValueError(value)
    return confidence


def _read_place(first: Any, last: Any) -> tuple[int, int]:
    start, end = int(first), int(last)
    if not 0 <= start <= end <= _LAST_OFFSET:
        raise ValueError(first, last)
    return start, end


def read_story(record: Any) -> Story:
    """The story of a line. Raises as read_turn does."""
    return Story(
        read_text(record["title"]), read_text(record["source"]), read_text(record["sha256"])
    )


def read_text(value: Any) -> str:
    """The value, if it is a text. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def now() -> str:
    """The time, as chats keep it: ISO, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
