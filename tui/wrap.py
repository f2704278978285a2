"""Wrapping a text to a width, as offsets: line i is text[starts[i]:ends[i]]."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from rich.cells import get_character_cell_size

# A paragraph of these only is one cell a character, and is wrapped without measuring.
_MEASURED = re.compile(
    "[^\x20-\u02ff\u0370-\u0482\u048a-\u0590\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]"
)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a wrapped text; every offset of it belongs to one line."""

    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.starts)

    def at(self, offset: int) -> int:
        """The number of the line that an offset is on."""
        return max(0, bisect_right(self.starts, offset) - 1)


def wrap(text: str, width: int) -> Lines:
    """Lines of at most `width` cells, cut at spaces, or inside words that are too long."""
    width = max(2, width)
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at <= len(text):
        end = text.find("\n", at)
        if end < 0:
            end = len(text)
        if end - at <= width // 2 or not _MEASURED.search(text, at, end):
            at = _wrap_narrow(text, at, end, width, starts, ends)
        else:
            at = _wrap_measured(text, at, end, width, starts, ends)
        starts.append(at)
        ends.append(end)
        at = end + 1
    return Lines(starts, ends)


def _wrap_narrow(
    text: str, at: int, end: int, width: int, starts: list[int], ends: list[int]
) -> int:
    """Cut lines off a paragraph of one-cell characters; returns where its last line starts."""
    while end - at > width:
        cut = text.rfind(" ", at + 1, at + width + 1)
        starts.append(at)
        at = _cut(text, at + width if cut < 0 else cut, end, ends)
    return at


def _wrap_measured(
    text: str, at: int, end: int, width: int, starts: list[int], ends: list[int]
) -> int:
    """As _wrap_narrow, by measuring each character."""
    cells, space, here = 0, -1, at
    while here < end:
        character = text[here]
        if character == " ":
            space = here
        size = get_character_cell_size(character)
        if cells + size > width and here > at:
            cut = here if space <= at else space
            starts.append(at)
            at = here = _cut(text, cut, end, ends)
            cells, space = 0, -1
            continue
        cells += size
        here += 1
    return at


def _cut(text: str, cut: int, end: int, ends: list[int]) -> int:
    """End a line at `cut`; returns where the next begins, past the spaces."""
    ends.append(cut)
    while cut < end and text[cut] == " ":
        cut += 1
    return cut
