"""One line to fill in: a new name, a file to write."""

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input, Static

from tui.dialog import Dialog


class PromptScreen(Dialog[str]):
    """Gives back the line, or None when it is left or blank."""

    hint = "Enter accepts · Esc closes"

    def __init__(self, title: str, value: str, explained: str = "") -> None:
        super().__init__()
        self.title_text = title
        self._value = value
        self._explained = explained

    def parts(self) -> Iterable[Widget]:
        """What is asked for, and the line."""
        if self._explained:
            yield Static(self._explained, markup=False, classes="dialog--text")
        yield Input(self._value)

    def objection(self, line: str) -> str:
        """What speaks against taking the line, said in place of the explanation; "" if nothing."""
        return ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the line back, unless something speaks against it."""
        event.stop()
        line = event.value.strip()
        if line and (said := self.objection(line)):
            self.query_one(".dialog--text", Static).update(f"✗ {said}")
        else:
            self.dismiss(line or None)
