"""Why this answer: the passages retrieved, the candidates read, and the scores of both."""

from collections.abc import Iterable
from itertools import zip_longest

from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from index.documents import Document
from tui.chat_records import SavedTurn
from tui.dialog import Dialog
from tui.wording import percent, safe_line, shortened, sure

Place = tuple[tuple[int, int] | None, tuple[int, int]]


class WhyScreen(Dialog[Place]):
    """Gives back the (span, sentence or passage) chosen to be shown in the story."""

    title_text = "Why this answer"
    hint = "Enter shows the place · Esc closes"

    def __init__(self, turn: SavedTurn, document: Document) -> None:
        super().__init__()
        self._turn, self._document = turn, document
        self._places: list[Place] = [
            *(((one.start, one.end), one.sentence) for one in turn.candidates),
            *((None, (start, end)) for _, start, end in turn.nearest),
        ]

    def parts(self) -> Iterable[Widget]:
        """The decision in a sentence or two, then candidates and passages to choose from."""
        yield Static(decision(self._turn), markup=False, classes="dialog--text")
        yield OptionList(*self._options())

    def _options(self) -> Iterable[Option | None]:
        yield Option(_heading("Candidates the reader found", "score  sure"), disabled=True)
        number = 0
        for one in self._turn.candidates:
            score = f"{'–':>7}" if one.score is None else f"{one.score:7.2f}"
            words = f"{shortened(safe_line(one.text), 60)}  · passage {one.passage}"
            yield Option(_row(f"{score} {percent(one.confidence):>6}", words), id=str(number))
            number += 1
        yield None
        heading = _heading("Passages retrieved", "fused  meaning  words (ranks)")
        yield Option(heading, disabled=True)
        # A damaged chat may have more ranks than passages.
        ranked = self._turn.ranks[: len(self._turn.nearest)]
        for (passage, start, end), ranks in zip_longest(self._turn.nearest, ranked):
            numbers = f"{'–':>7} {'–':>5} {'–':>5}"
            if ranks is not None:
                numbers = f"{ranks[0]:7.4f} {ranks[1]:5} {ranks[2]:5}"
            words = f"passage {passage}: {shortened(self._document.text[start:end], 90)}"
            yield Option(_row(numbers, words), id=str(number))
            number += 1

    def on_mount(self) -> None:
        """The keys go to the list."""
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give back the place of the row."""
        event.stop()
        if event.option_id is not None:
            self.dismiss(self._places[int(event.option_id)])


def decision(turn: SavedTurn) -> Content:
    """How the question was read and what was decided, with the scores it turned on."""
    question, asked = safe_line(turn.question), safe_line(turn.asked)
    lines = [Content.assemble(("Asked: ", "bold"), question)]
    if asked != question:
        lines.append(Content.assemble(("Read as: ", "bold"), asked))
    best = turn.candidates[0].score if turn.candidates else None
    said = "answered" if turn.answer is not None else "not in the story"
    if not turn.candidates:
        scores = "no candidate"
    elif best is None:
        scores = "this chat was saved before scores were; ask again to see them"
    else:
        scores = f"the best candidate scores {best:.2f} over “not here”"
    lines.append(Content.assemble(("Decided: ", "bold"), f"{said}, {sure(turn.confidence)}"))
    lines.append(Content.assemble(("Scores: ", "bold"), scores))
    if turn.timings:
        times = ", ".join(f"{safe_line(stage)} {value:.0f} ms" for stage, value in turn.timings)
        lines.append(Content.assemble(("Took: ", "bold"), times))
    return Content("\n").join(lines)


def _heading(words: str, columns: str) -> Content:
    return Content.assemble((words, "bold underline"), (f"  {columns}", "$foreground 62%"))


def _row(numbers: str, words: str) -> Content:
    return Content(f"{numbers}  {words}")
