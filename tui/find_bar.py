"""The line for finding words in the story: what is sought and how often it stands there."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static


class FindBar(Horizontal):
    """Says what is sought as it is typed; Enter asks for the next match."""

    class Sought(Message):
        """Other words are sought."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Next(Message):
        """The next match (1) or the one before (-1) is wanted."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def compose(self) -> ComposeResult:
        """The field and the count."""
        yield Static("/", classes="find--label", markup=False)
        yield Input(placeholder="Find in the story", compact=True)
        yield Static("", classes="find--count", markup=False)

    def open(self) -> None:
        """Show the bar and take the keys."""
        self.add_class("-open")
        field = self.query_one(Input)
        field.focus()
        field.action_select_all()

    def close(self) -> None:
        """Hide the bar."""
        self.remove_class("-open")

    @property
    def is_open(self) -> bool:
        """Whether the bar is on screen."""
        return self.has_class("-open")

    @property
    def words(self) -> str:
        """What is sought."""
        return self.query_one(Input).value

    def count(self, current: int, total: int, more: bool = False) -> None:
        """Say which match is shown, of how many."""
        if not self.query_one(Input).value.strip():
            said = ""
        elif not total:
            said = "no match"
        else:
            said = f"{current + 1} of {total}{'+' if more else ''}"
        self.query_one(".find--count", Static).update(said)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for other words."""
        event.stop()
        self.post_message(self.Sought(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next match."""
        event.stop()
        self.post_message(self.Next(1))

    def on_key(self, event: events.Key) -> None:
        """Up and down go from match to match."""
        if event.key in ("up", "down"):
            event.stop()
            self.post_message(self.Next(1 if event.key == "down" else -1))
