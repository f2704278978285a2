"""What every dialog has: a frame with a title, and Escape to leave it."""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

Result = TypeVar("Result")


class Dialog(ModalScreen[Result | None]):
    """A frame over the chat; leaving it by Escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close", show=False)]
    title_text = ""
    hint = "Esc closes"

    def parts(self) -> Iterable[Widget]:
        """What is in the frame."""
        return ()

    def compose(self) -> ComposeResult:
        """The frame around the parts."""
        with Vertical(classes="dialog") as frame:
            yield from self.parts()
        frame.border_title = self.title_text
        frame.border_subtitle = self.hint

    def action_leave(self) -> None:
        """Close without a result."""
        self.dismiss(None)
