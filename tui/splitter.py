"""The line between the two panes; dragging it gives one of them more room."""

from textual import events
from textual.message import Message
from textual.widget import Widget

LEAST, MOST, AT_FIRST = 25, 75, 45


def within(percent: int) -> int:
    """A share of the width for the conversation, in percent, that leaves both panes usable."""
    return max(LEAST, min(percent, MOST))


class Splitter(Widget):
    """One column between the panes."""

    class Dragged(Message):
        """The line was dragged to a column of the screen."""

        def __init__(self, column: int) -> None:
            super().__init__()
            self.column = column

    class LetGo(Message):
        """The line stays where it was dragged to."""

    def render(self) -> str:
        """A handle half way down."""
        above = max(0, self.size.height // 2 - 1)
        return "\n" * above + "⋮"

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold."""
        self.capture_mouse()
        self.add_class("-held")

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse while held."""
        if self.has_class("-held"):
            self.post_message(self.Dragged(event.screen_x))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go."""
        self.release_mouse()
        self.remove_class("-held")
        self.post_message(self.LetGo())
