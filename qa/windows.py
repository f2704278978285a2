"""Cutting text into token windows that a reader can take, and spans out of its logits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Logits = npt.NDArray[np.float32]

MAX_ANSWER_TOKENS = 30


@dataclass(frozen=True, slots=True)
class Window:
    """Context tokens as the reader sees them: ids, and each one's (start, end) in the document."""

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A proposed answer: its (start, end) in the document and its score.

    score: its start and end logits and how they fit, less those of "not here" in the window. It
    compares across windows and passages, which a probability inside one window does not.
    """

    start: int
    end: int
    score: float

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


def windows(
    ids: Sequence[int], offsets: Sequence[tuple[int, int]], size: int, stride: int
) -> Iterator[Window]:
    """Windows of at most `size` tokens; each repeats the last `stride` tokens of the one before.

    Raises ValueError unless 0 <= stride < size.
    """
    if not 0 <= stride < size:
        raise ValueError("the stride must be at least 0 and less than the window")
    at = 0
    while True:
        yield Window(tuple(ids[at : at + size]), tuple(offsets[at : at + size]))
        if at + size >= len(ids):
            return
        at += size - stride


def batches(made: Iterable[Window], most: int, cost: int) -> Iterator[Sequence[Window]]:
    """The windows in batches of at most `most`, of like length so that little is padding.

    cost: how many tokens take as long as one batch more; a cut that saves less padding is none.
    """
    ordered = sorted(made, key=lambda window: len(window.ids))
    for at in range(0, len(ordered), most):
        yield from _cut(ordered[at : at + most], cost)


def _cut(batch: Sequence[Window], cost: int) -> Iterator[Sequence[Window]]:
    longest = len(batch[-1].ids)
    # The first i are padded to the longest of them instead of to the longest of all.
    saved = {i: i * (longest - len(batch[i - 1].ids)) for i in range(1, len(batch))}
    at = max(saved, key=lambda i: saved[i], default=0)
    if at and saved[at] > cost:
        yield from _cut(batch[:at], cost)
        yield from _cut(batch[at:], cost)
    else:
        yield batch


def best_spans(
    start: "Logits",
    end: "Logits",
    pairs: "Logits",
    count: int,
    longest: int = MAX_ANSWER_TOKENS,
) -> list[tuple[int, int, float]]:
    """The `count` best (first token, last token, start logit + end logit + pair score), best first.

    start, end: (tokens,) logits of the context alone; pairs: (tokens, tokens), how well a start
    and an end fit together. first <= last < first + longest.
    """
    import numpy as np

    tokens = len(start)
    width = min(longest, tokens)
    last = np.arange(tokens)[:, None] + np.arange(width)
    inside = np.minimum(last, tokens - 1)
    # joint[i, j] scores the span from token i to token i + j.
    joint = start[:, None] + end[inside] + np.take_along_axis(pairs, inside, 1)
    joint[last >= tokens] = -np.inf
    flat = joint.ravel()
    count = min(count, int(np.isfinite(flat).sum()))
    best = np.argpartition(-flat, count - 1)[:count]
    best = best[np.argsort(-flat[best], kind="stable")]
    return [(int(i // width), int(i // width + i % width), float(flat[i])) for i in best]


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span grown to word edges and shrunk off the white space and commas around it."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    # A compound that was begun is taken whole: "37-year" of "37-year-old".
    if "-" in text[start:end].rpartition(" ")[2]:
        while end + 1 < len(text) and text[end] == "-" and text[end + 1].isalnum():
            end += 1
            while end < len(text) and text[end].isalnum():
                end += 1
    while end - start > 1 and (text[end - 1].isspace() or text[end - 1] in ",;:"):
        end -= 1
    while end - start > 1 and (text[start].isspace() or text[start] in ",;:"):
        start += 1
    return start, end


def merged(spans: Sequence[Span]) -> list[Span]:
    """The spans best first, each that overlaps a better one left out."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: -one.score):
        if not any(map(span.overlaps, kept)):
            kept.append(span)
    return kept


def agreed(
    span: Span, first: Sequence[Span], second: Sequence[Span], share: float
) -> tuple[int, int]:
    """(start, end) of what two readers together score highest where this span stands.

    first, second: each reader's spans; those that overlap this one and that both have proposed are
    compared. Where there are none, the span stays as it is. share: the second's, in [0, 1].
    """
    ours, theirs = _scores(span, first), _scores(span, second)
    return max(
        (place for place in ours if place in theirs),
        key=lambda place: (1 - share) * ours[place] + share * theirs[place],
        default=(span.start, span.end),
    )


def _scores(span: Span, spans: Sequence[Span]) -> dict[tuple[int, int], float]:
    """The score of each place that overlaps the span, the best where several windows saw it."""
    near = sorted(filter(span.overlaps, spans), key=lambda one: one.score)
    return {(one.start, one.end): one.score for one in near}
