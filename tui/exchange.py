"""A question and what became of it, as the conversation shows it."""

from dataclasses import dataclass, replace
from enum import Enum

from textual.content import Content

from index.documents import Document
from qa.answer import Answer
from tui.chat_records import SavedTurn, Span
from tui.wording import NOT_SAID, confidence, depth, in_full, one_line, safe_line, shortened, sure

_MOST_OF_A_QUESTION = 400
_MOST_OF_A_PASSAGE = 280


class State(Enum):
    """How far a question has come."""

    WAITING = "waiting"
    ASKED = "asked"
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(slots=True)
class Exchange:
    """A question, the open stories it was put to, and what was answered.

    story: the number of the story that answered. answer: with all its scores, while they are
    at hand. chosen: which candidate is shown, or after an abstention which nearest passage.
    message: why it failed, or what it waits for.
    """

    ticket: int
    question: str
    stories: tuple[int, ...]
    state: State = State.WAITING
    turn: SavedTurn | None = None
    story: int = 0
    answer: Answer | None = None
    chosen: int = 0
    message: str = ""

    @property
    def candidates(self) -> tuple[Span, ...]:
        """The answer and its runners-up; none after an abstention."""
        if self.turn is None or self.turn.answer is None:
            return ()
        return (self.turn.answer, *self.turn.others)

    @property
    def choices(self) -> int:
        """How many candidates, or nearest passages, there are to walk through."""
        if self.turn is None:
            return 0
        return len(self.candidates) or len(self.turn.nearest)

    @property
    def shown_turn(self) -> SavedTurn | None:
        """The turn with the candidate that is shown as its answer."""
        if self.turn is None or not self.candidates or not self.chosen:
            return self.turn
        span = self.candidates[self.chosen]
        return replace(self.turn, answer=span, confidence=span.confidence)

    @property
    def place(self) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
        """The (span, sentence) to mark in the story for what is chosen."""
        if self.turn is None or not self.choices:
            return None, None
        if not self.candidates:
            _, start, end = self.turn.nearest[self.chosen]
            return None, (start, end)
        span = self.candidates[self.chosen]
        return (span.start, span.end), span.sentence


def content(exchange: Exchange, document: Document, *, numbers: bool, name: str = "") -> Content:
    """The exchange for the screen.

    numbers: say confidence as a number too. name: the story's title, where it must be said.
    """
    question = shortened(safe_line(exchange.question), _MOST_OF_A_QUESTION)
    parts = [Content.assemble(("❯ ", "$text-primary bold"), (question, "bold"))]
    turn = exchange.turn
    if exchange.state is State.WAITING:
        parts.append(_note(f"◌ {exchange.message or 'waiting for its turn'}…"))
    elif exchange.state is State.ASKED:
        parts.append(_note("◌ reading the story…"))
    elif exchange.state is State.FAILED or turn is None:
        parts.append(Content.assemble(("✗ ", "$text-error bold"), safe_line(exchange.message)))
    else:
        if one_line(turn.asked) != one_line(turn.question):
            parts.append(
                _note(f"↳ read as: {shortened(safe_line(turn.asked), _MOST_OF_A_QUESTION)}")
            )
        if turn.answer is None:
            parts += _abstention(exchange, turn, document)
        else:
            parts += _answer(exchange, turn, document, numbers=numbers)
        if name:
            parts.append(_note(f"in {name}"))
    return Content("\n").join(parts)


def _note(text: str) -> Content:
    return Content.styled(text, "$foreground 62%")


def _answer(
    exchange: Exchange, turn: SavedTurn, document: Document, *, numbers: bool
) -> list[Content]:
    span = exchange.candidates[exchange.chosen]
    probability = span.confidence if exchange.chosen else turn.confidence
    told = (sure if numbers else confidence)(probability)
    words = safe_line(span.text)
    heading = Content.styled(words, "$text-accent bold")
    full = in_full(document, span.text, one_line(span.quote))
    if full:
        heading += _note(f"  ({full})")
    if exchange.chosen:
        heading += _note(f"  candidate {exchange.chosen + 1} of {exchange.choices}")
    at = span.start - span.sentence[0]
    before, after = span.quote[:at], span.quote[at + len(span.text) :]
    stands = f"passage {span.passage} of {turn.passages} · {depth(document, span.start)}"
    return [
        heading,
        Content.assemble(_inner(before), (words, "bold underline"), _inner(after)),
        _note(f"{stands} · {told}"),
    ]


def _inner(text: str) -> str:
    """Part of a sentence on one line, keeping the space beside the span."""
    return safe_line(f"|{text}|")[1:-1]


def _abstention(exchange: Exchange, turn: SavedTurn, document: Document) -> list[Content]:
    parts = [Content.assemble(("∅ ", "$text-warning bold"), (NOT_SAID, "bold"))]
    if turn.nearest:
        number, start, end = turn.nearest[exchange.chosen]
        rank = f" ({exchange.chosen + 1} of {exchange.choices})" if exchange.choices > 1 else ""
        stands = f"passage {number} of {turn.passages} · {depth(document, start)}"
        parts.append(_note(f"The nearest passage{rank}: {stands}"))
        words = shortened(document.text[start:end], _MOST_OF_A_PASSAGE)
        parts.append(Content.styled(words, "italic"))
    return parts
