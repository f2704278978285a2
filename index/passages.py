"""Cutting a document into overlapping passages at sentence ends, offsets kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.documents import Document

# Chosen by measurement: eval/DECISIONS.md.
PASSAGE_WORDS = 100
OVERLAP_WORDS = 30

_FARTHEST = 2000  # characters
_WORD = re.compile(r"\S+")
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|\n\s*\n|\n(?=\s*[-*#•])")
_OPENING = re.compile(r"(?:In|The|It|He|She|They|But|And|A|An|This|That|After|When|On)\b")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“‘'])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Gen|Col|Lt|Sgt|Capt|Rev|Hon|Gov|Sen|Rep"
    r"|vs|etc|e\.g|i\.e|cf|approx|No|Inc|Ltd|Co|Corp|Fig|Vol|[A-Z](?:\.[A-Z])+)\.$"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document: `document.text[start:end] == text`; `number` counts from 0."""

    number: int
    start: int
    end: int
    text: str


def sentences(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each sentence, without the white space around it, in order."""
    found: list[tuple[int, int]] = []
    start = 0
    for end in _ends(text):
        stretch = text[start:end]
        stripped = stretch.strip()
        if stripped:
            at = start + len(stretch) - len(stretch.lstrip())
            found.append((at, at + len(stripped)))
        start = end
    return found


def _ends(text: str) -> Iterator[int]:
    for mark in _END.finditer(text):
        follows = text[mark.end() : mark.end() + 24].lstrip()
        if mark[0] == "." and _ABBREVIATION.search(text, max(0, mark.start() - 12), mark.end()):
            # "in the U.S. In addition": an abbreviation may close a sentence; a name may not.
            if text[mark.start() - 2 : mark.start() - 1] != "." or not _OPENING.match(follows):
                continue
        elif mark[0][0] in ".…!?" and follows[:1].islower():
            continue
        yield mark.end()
    yield len(text)


def split(
    document: Document, words: int = PASSAGE_WORDS, overlap: int = OVERLAP_WORDS
) -> tuple[Passage, ...]:
    """Passages of at most `words` words that share about `overlap` words with the one before.

    They begin and end at sentences; a sentence longer than `words` is cut between words.
    Raises ValueError unless 0 <= overlap < words.
    """
    if not 0 <= overlap < words:
        raise ValueError("overlap must be at least 0 and less than the passage length")
    pieces = [
        piece for span in sentences(document.text) for piece in _cut(document.text, span, words)
    ]
    made: list[Passage] = []
    first = 0
    while first < len(pieces):
        last, count = first, pieces[first][2]
        while last + 1 < len(pieces) and count + pieces[last + 1][2] <= words:
            last += 1
            count += pieces[last][2]
        start, end = pieces[first][0], pieces[last][1]
        made.append(Passage(len(made), start, end, document.text[start:end]))
        if last + 1 == len(pieces):
            break
        following, shared = last + 1, 0
        while following - 1 > first and shared + pieces[following - 1][2] <= overlap:
            following -= 1
            shared += pieces[following][2]
        first = following
    return tuple(made)


def _cut(text: str, span: tuple[int, int], words: int) -> Iterator[tuple[int, int, int]]:
    """(start, end, words) of the span, in pieces of at most `words` words."""
    found = [match.span() for match in _WORD.finditer(text, *span)]
    for at in range(0, len(found), words):
        part = found[at : at + words]
        yield part[0][0], part[-1][1], len(part)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The (start, end) of the sentences that [start, end) touches."""
    # A paragraph is enough to look at, and of an endless one its part around the span.
    low = max(0, start - _FARTHEST, text.rfind("\n\n", 0, start + 1) + 1)
    high = text.find("\n\n", end)
    high = min(len(text) if high < 0 else high, end + _FARTHEST)
    touched = [
        (low + a, low + b)
        for a, b in sentences(text[low:high])
        if low + a < end and start < low + b
    ]
    return min([start, *(a for a, _ in touched)]), max([end, *(b for _, b in touched)])
