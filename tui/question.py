"""The line that questions are typed on, with the earlier ones on up and down."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.keys import QUESTION
from tui.welcome import Starter
from tui.wording import safe_line


class Question(Input):
    """An input that remembers; pasted text is cleaned and put on one line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *QUESTION,
        Binding("tab", "leave_by_tab", show=False),
    ]

    def __init__(self, id: str | None = None) -> None:
        super().__init__(placeholder="Ask the story…", id=id, select_on_focus=False)
        self._earlier: list[str] = []
        self._at = 0
        self._unfinished = ""

    def recall(self, questions: Sequence[str]) -> None:
        """Remember the questions of earlier sessions, oldest first."""
        self._earlier = [safe_line(question) for question in questions]
        self._at = len(self._earlier)

    def remember(self, question: str) -> None:
        """Add a question to those that up and down walk through."""
        if question and self._earlier[-1:] != [question]:
            self._earlier.append(question)
        self._at = len(self._earlier)
        self._unfinished = ""

    def give_back(self, question: str) -> None:
        """Put a question back, unless something else has been typed meanwhile."""
        if not self.value.strip():
            self.value = question
            self.cursor_position = len(question)

    def action_earlier(self, step: int) -> None:
        """Walk through the earlier questions; what was being typed waits at the end."""
        if self._at == len(self._earlier):
            self._unfinished = self.value
        self._at = max(0, min(self._at + step, len(self._earlier)))
        at_end = self._at == len(self._earlier)
        self.value = self._unfinished if at_end else self._earlier[self._at]
        self.cursor_position = len(self.value)

    def action_leave_by_tab(self) -> None:
        """Go to the first question to start with that is on screen, else to what comes next."""
        chain = self.screen.focus_chain
        starter = next((widget for widget in chain if isinstance(widget, Starter)), None)
        if starter is None:
            self.screen.focus_next()
        else:
            starter.focus()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(safe_line(event.text), *self.selection)
