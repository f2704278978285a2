"""The story: only the lines on screen are drawn, so a novel scrolls like a page."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from index.documents import Document
from index.passages import Passage
from tui.keys import STORY
from tui.paint import Layer, pieces
from tui.wrap import Lines, wrap

# No line is longer, however wide the pane: long lines are hard to read.
MEASURE = 84
GUTTER = 6

Span = tuple[int, int]


class StoryPane(ScrollView, can_focus=True):
    """A document with its passages numbered, an answer's span marked, and words found in it."""

    ALLOW_SELECT = True
    FOCUS_ON_CLICK = False  # the mouse points and selects; the keys stay with the question
    BINDINGS = STORY
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "story--gutter",
        "story--bar",
        "story--sentence",
        "story--span",
        "story--match",
        "story--match-current",
    }

    class Moved(Message):
        """Another part of the story is on screen; `offset` is where it begins."""

        def __init__(self, offset: int) -> None:
            super().__init__()
            self.offset = offset

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = ""
        self._lines: Lines = Lines([0], [0])
        self._passages: Sequence[Passage] = ()
        self._passage_starts: list[int] = []
        self._span: Span | None = None
        self._sentence: Span | None = None
        self._matches: Sequence[Span] = ()
        self._match_starts: list[int] = []
        self._current = -1
        self._place = 0
        self._wrapped_to = 0
        self._wrapping = False
        self._base = Style()
        self._pending: Span | None = None

    # What is shown.

    def show(self, document: Document, place: int = 0) -> None:
        """Show a story from an offset on; marks of the one before are gone."""
        self._text = document.text
        self._passages, self._passage_starts = (), []
        self._span = self._sentence = None
        self._matches, self._match_starts, self._current = (), [], -1
        self._place, self._wrapped_to, self._pending = place, 0, None
        self._rewrap()

    def number(self, passages: Sequence[Passage]) -> None:
        """Number the passages in the margin."""
        self._passages = passages
        self._passage_starts = [passage.start for passage in passages]
        self.refresh()

    def mark(self, span: Span | None, sentence: Span | None) -> None:
        """Mark an answer's span and its sentence, and bring them into view."""
        self._span, self._sentence = span, sentence
        self.refresh()
        wanted = span or sentence
        if wanted is not None:
            self.reveal(*wanted)

    def mark_matches(self, found: Sequence[Span], current: int) -> None:
        """Mark the places found, and bring the current one into view."""
        self._matches, self._match_starts = found, [start for start, _ in found]
        self._current = current
        self.refresh()
        if 0 <= current < len(found):
            self.reveal(*found[current])

    def reveal(self, start: int, end: int) -> None:
        """Scroll so that [start, end) is in view, a third down, unless it already is."""
        if not self._wrapped_to or not self.size.height:  # not on screen: once it is
            self._pending = (start, end)
            return
        first, last = self._lines.at(start), self._lines.at(max(start, end - 1))
        height = self.size.height
        top = self.scroll_offset.y
        if not (top <= first and last < top + height):
            self._scroll_to_line(first - max(0, min(height // 3, height - (last - first) - 1)))

    # Where the reader is.

    @property
    def place(self) -> int:
        """The offset that the first line on screen begins at."""
        return self._place

    @property
    def span(self) -> Span | None:
        """The span marked."""
        return self._span

    def is_in_view(self, offset: int) -> bool:
        """Whether the line of an offset is on screen."""
        top = self.scroll_offset.y
        return top <= self._lines.at(offset) < top + self.size.height

    # Wrapping.

    @property
    def _measure(self) -> int:
        return min(MEASURE, self.size.width - GUTTER - 2)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap again to the new width, keeping the place."""
        self._rewrap()

    def _rewrap(self) -> None:
        if self.size.width <= GUTTER + 4:
            return
        seen = self._span is not None and self._wrapped_to > 0 and self.is_in_view(self._span[0])
        if self._measure != self._wrapped_to:
            if self.text_selection is not None:
                self.screen.clear_selection()
            self._lines = wrap(self._text, self._measure)
            self._wrapped_to = self._measure
        self._wrapping = True
        self.virtual_size = Size(self.size.width, len(self._lines))
        self._scroll_to_line(self._lines.at(self._place) if self._place else 0)
        self._wrapping = False
        wanted, self._pending = self._pending or (self._span if seen else None), None
        if wanted is not None:
            self.reveal(*wanted)
        self.refresh()
        self.post_message(self.Moved(self._place))

    def _scroll_to_line(self, line: int) -> None:
        self.scroll_to(y=line, animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Remember the place, for the next time the text is wrapped."""
        super().watch_scroll_y(old_value, new_value)
        if not self._wrapping and round(old_value) != round(new_value):
            self._place = self._lines.starts[min(round(new_value), len(self._lines) - 1)]
            self.post_message(self.Moved(self._place))

    # Drawing.

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines that are on screen."""
        self._base = self.rich_style  # costs as much as a line: once for all of them
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the screen: margin, text with its marks, the rest blank."""
        width, base = self.size.width, self._base
        line = self.scroll_offset.y + y
        if line >= len(self._lines) or not self._wrapped_to:
            return Strip.blank(width, base)
        start, end = self._lines.starts[line], self._lines.ends[line]
        pad = max(0, (width - GUTTER - self._wrapped_to) // 2)
        segments = [Segment(" " * pad, base), *self._gutter(line, start, end)]
        at, cells = start, pad + GUTTER
        for stop, style in pieces(start, end, base, self._layers(line, start, end)):
            text = self._text[at:stop]
            segments.append(Segment(text, style + Style.from_meta({"offset": (at - start, line)})))
            at = stop
            cells += cell_len(text)
        rest = base + Style.from_meta({"offset": (end - start, line)})
        segments.append(Segment(" " * max(0, width - cells), rest))
        strip = Strip(segments, max(width, cells))
        return strip if cells <= width else strip.crop(0, width)

    def _gutter(self, line: int, start: int, end: int) -> list[Segment]:
        """The passage that begins on this line, and a bar beside the answer's sentence."""
        first = bisect_left(self._passage_starts, start)
        stop = self._lines.starts[line + 1] if line + 1 < len(self._lines) else end + 1
        begins = first < len(self._passage_starts) and self._passage_starts[first] < stop
        label, room = str(first + 1) if begins else "", GUTTER - 2
        if len(label) > room:
            label = f"…{label[1 - room :]}"
        told = self._sentence
        beside = told is not None and start < told[1] and told[0] < max(end, start + 1)
        return [
            Segment(label.rjust(room), self._style("story--gutter")),
            Segment("▌ " if beside else "  ", self._style("story--bar")),
        ]

    def _layers(self, line: int, start: int, end: int) -> Iterator[Layer]:
        """What may be marked on a line; later ones are drawn over earlier ones."""
        if self._sentence is not None:
            yield (*self._sentence, self._style("story--sentence"))
        if self._span is not None:
            yield (*self._span, self._style("story--span"))
        first = max(0, bisect_left(self._match_starts, start) - 1)
        for at in range(first, bisect_left(self._match_starts, end)):
            current = at == self._current
            name = "story--match-current" if current else "story--match"
            yield (*self._matches[at], self._style(name))
        selection = self.text_selection
        if selection is not None and (chosen := selection.get_span(line)) is not None:
            left, right = chosen
            style = self.screen.get_component_rich_style("screen--selection")
            yield (start + left, end if right == -1 else start + right, style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name)

    # Selecting.

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The story's own text under a selection, without the line ends of wrapping."""
        span = self._selected(selection)
        return None if span is None else (self._text[span[0] : span[1]], "\n")

    def _selected(self, selection: Selection) -> Span | None:
        first, last = selection
        start = 0 if first is None else self._offset(first.y, first.x)
        end = len(self._text) if last is None else self._offset(last.y, last.x)
        return (start, end) if start < end else None

    def _offset(self, line: int, column: int) -> int:
        line = max(0, min(line, len(self._lines) - 1))
        return min(self._lines.starts[line] + column, self._lines.ends[line])

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self.refresh()

    def action_select_passage(self) -> None:
        """Select the passage at hand; when something is selected, one passage more."""
        if not self._passages:
            return
        selected = None if self.text_selection is None else self._selected(self.text_selection)
        if selected is None:
            seen = self._span is not None and self.is_in_view(self._span[0])
            at = self.passage_at(self._span[0] if seen and self._span else self._place)
            start = self._passages[at].start
        else:
            start = selected[0]
            # Not the one after the last that begins in the selection: neighbours overlap.
            longer = (n for n, one in enumerate(self._passages) if one.end > selected[1])
            at = next(longer, len(self._passages) - 1)
        end = self._passages[at].end
        ends = [
            Offset(offset - self._lines.starts[line], line)
            for offset, line in ((start, self._lines.at(start)), (end, self._lines.at(end)))
        ]
        self.screen.selections = {self: Selection.from_offsets(*ends)}
        self.reveal(start, start + 1)

    # Moving.

    def passage_at(self, offset: int) -> int:
        """The number of the last passage that begins at or before an offset."""
        return max(0, bisect_right(self._passage_starts, offset) - 1)

    def action_passage(self, step: int) -> None:
        """To the beginning of the passage after (1) or before (-1)."""
        if self._passages:
            top = self._lines.starts[min(self.scroll_offset.y, len(self._lines) - 1)]
            line = self._lines.at(top)
            starts = [self._lines.at(start) for start in self._passage_starts]
            after = bisect_right(starts, line) if step > 0 else bisect_left(starts, line) - 1
            self._scroll_to_line(starts[max(0, min(after, len(starts) - 1))])

    def action_half_page(self, direction: int) -> None:
        """Half a screen down (1) or up (-1)."""
        self._scroll_to_line(self.scroll_offset.y + direction * max(1, self.size.height // 2))
