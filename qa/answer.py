"""The typed results: every piece of text carries its place in the document."""

from dataclasses import dataclass, field
from typing import Any

from index.passages import Passage
from index.search import Retrieved


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span the reader proposes: `document.text[start:end] == text`.

    score: how far its logits beat those of "not here", plus the weighed likeness of its sentence
      to the question; it compares across passages.
    confidence: calibrated probability in [0, 1] that this is the right answer.
    sentence: (start, end) in the document of the sentence or sentences around the span.
    """

    text: str
    start: int
    end: int
    score: float
    confidence: float
    passage: Passage
    sentence: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the story says to a question, or that it does not.

    question: as the user asked it; asked: as it was read, with a follow-up's missing part added.
    candidates: best first; the first is the answer unless `abstained`.
    nearest: the passages that were read or found, best first.
    lead: by how much the first candidate's score beats the second's.
    confidence: that the answer given (the span, or "the story doesn't say") is right, in [0, 1].
    timings: milliseconds by stage ("retrieve", "read", "total").
    """

    question: str
    asked: str
    candidates: tuple[Candidate, ...]
    abstained: bool
    confidence: float
    lead: float
    nearest: tuple[Retrieved, ...]
    timings: dict[str, float] = field(compare=False)

    @property
    def best(self) -> Candidate | None:
        """The answer's span, or None when the story does not say."""
        return None if self.abstained or not self.candidates else self.candidates[0]

    @property
    def text(self) -> str:
        """The answer's words, "" for an abstention (as in SQuAD predictions)."""
        return "" if self.best is None else self.best.text

    @property
    def runners_up(self) -> tuple[Candidate, ...]:
        """The other candidates, best first; after an abstention, all of them."""
        return self.candidates if self.best is None else self.candidates[1:]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a chat and what was answered ("" for an abstention)."""

    question: str
    answer: str


def as_json(answer: Answer, title: str, source: str, top: int) -> dict[str, Any]:
    """The answer as `--json` prints it, with up to `top` candidates."""
    best = answer.best
    return {
        "question": answer.question,
        "asked": answer.asked,
        "answer": answer.text or None,
        "answered": best is not None,
        "confidence": round(answer.confidence, 4),
        "start": best.start if best else None,
        "end": best.end if best else None,
        "story": title,
        "source": source or None,
        "candidates": [
            {
                "text": one.text,
                "start": one.start,
                "end": one.end,
                "score": round(one.score, 4),
                "confidence": round(one.confidence, 4),
                "passage": one.passage.number + 1,
            }
            for one in answer.candidates[:top]
        ],
        "nearest": [
            {
                "passage": one.passage.number + 1,
                "start": one.passage.start,
                "end": one.passage.end,
                "score": round(one.score, 4),
            }
            for one in answer.nearest
        ],
        "milliseconds": {stage: round(value, 1) for stage, value in answer.timings.items()},
    }
