"""Why this answer: the passages retrieved, the candidates read, and the scores of both."""

from collections.abc import Iterable

from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from qa.answer import Answer
from tui.dialog import Dialog
from tui.wording import one_line, percent, shortened

Place = tuple[tuple[int, int] | None, tuple[int, int]]


class WhyScreen(Dialog[Place]):
    """Gives back the (span, sentence or passage) chosen to be shown in the story."""

    title_text = "Why this answer"
    hint = "Enter shows the place · Esc closes"

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer
        self._places: list[Place] = [
            *(((one.start, one.end), one.sentence) for one in answer.candidates),
            *((None, (one.passage.start, one.passage.end)) for one in answer.nearest),
        ]

    def parts(self) -> Iterable[Widget]:
        """The decision in a sentence or two, then candidates and passages to choose from."""
        yield Static(decision(self._answer), markup=False, classes="dialog--text")
        yield OptionList(*self._options())

    def _options(self) -> Iterable[Option | None]:
        yield Option(_heading("Candidates the reader found", "score  sure"), disabled=True)
        number = 0
        for one in self._answer.candidates:
            numbers = f"{one.score:7.2f} {percent(one.confidence):>6}"
            words = f"{shortened(one.text, 60)}  · passage {one.passage.number + 1}"
            yield Option(_row(numbers, words), id=str(number))
            number += 1
        yield None
        heading = _heading("Passages retrieved", "fused  meaning  words (ranks)")
        yield Option(heading, disabled=True)
        for found in self._answer.nearest:
            numbers = f"{found.score:7.4f} {found.dense_rank:5} {found.bm25_rank:5}"
            words = f"passage {found.passage.number + 1}: {shortened(found.passage.text, 90)}"
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


def decision(answer: Answer) -> Content:
    """How the question was read and what was decided, with the scores it turned on."""
    lines = [Content.assemble(("Asked: ", "bold"), one_line(answer.question))]
    if one_line(answer.asked) != one_line(answer.question):
        lines.append(Content.assemble(("Read as: ", "bold"), one_line(answer.asked)))
    best = answer.candidates[0].score if answer.candidates else None
    said = "answered" if answer.best is not None else "not in the story"
    scores = (
        "no candidate" if best is None else f"the best candidate scores {best:.2f} over “not here”"
    )
    lines.append(
        Content.assemble(
            ("Decided: ", "bold"), f"{said}, {percent(answer.confidence)} sure; {scores}"
        )
    )
    times = ", ".join(f"{stage} {value:.0f} ms" for stage, value in answer.timings.items())
    lines.append(Content.assemble(("Took: ", "bold"), times))
    return Content("\n").join(lines)


def _heading(words: str, columns: str) -> Content:
    return Content.assemble((words, "bold underline"), (f"  {columns}", "$foreground 62%"))


def _row(numbers: str, words: str) -> Content:
    return Content(f"{numbers}  {words}")
