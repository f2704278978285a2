"""What an empty conversation says: what this is, how far loading has come, what to ask first."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.wording import time_left

_HELLO = "Ask the story anything. The answer comes in its own words, and the story shows you where."
_MUTED = "$foreground 62%"


class Starter(Static, can_focus=True):
    """A question that the story answers; a click or Enter asks it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "choose", "Ask this", show=False),
        Binding("down,j", "app.focus_next", show=False),
        Binding("up,k", "app.focus_previous", show=False),
    ]

    class Chosen(Message):
        """Ask this question."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    def __init__(self, question: str) -> None:
        super().__init__(Content(f"❯ {question}"), markup=False)
        self._question = question

    def on_click(self) -> None:
        """Ask it."""
        self.action_choose()

    def action_choose(self) -> None:
        """Ask it."""
        self.post_message(self.Chosen(self._question))


class Welcome(Vertical):
    """A greeting, each stage of loading as it begins, then a few questions to start with."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._done: list[str] = []
        self._now = ""
        self._problem = ""

    def compose(self) -> ComposeResult:
        """The text, and room for starters."""
        yield Static("", markup=False, id="greeting")
        yield Vertical(id="starters")

    def on_mount(self) -> None:
        """Greet."""
        self._draw()

    def stage(self, name: str) -> None:
        """A stage begins; the one before is done."""
        self._finish()
        self._now = f"{name}…"
        self._draw()

    def reading(self, title: str, done: int, total: int, left: float | None = None) -> None:
        """A story is being read; left: the seconds that will still take."""
        soon = "" if left is None else f", about {time_left(left)}"
        self._now = f"Reading {title}: {done} of {total} passages{soon}"
        self._draw()

    def loaded(self) -> None:
        """The models are ready."""
        self._finish()
        self._draw()

    def ready(self) -> None:
        """Questions are answered at once from here on."""
        self._done, self._now = [], "Ready. Type a question and press Enter."
        self._draw()

    def failed(self, message: str) -> None:
        """Something that can't be loaded or read."""
        self._now, self._problem = "", message
        self._draw()

    def suggest(self, questions: Sequence[str]) -> None:
        """Offer questions to start with."""
        starters = self.query_one("#starters", Vertical)
        starters.remove_children()
        if questions:
            hint = Content.styled("Or start with one of these (Tab, Enter):", _MUTED)
            starters.mount(Static(hint), *map(Starter, questions))

    def _finish(self) -> None:
        if self._now:
            self._done.append(self._now.rstrip("…"))
        self._now = ""

    def _draw(self) -> None:
        parts = [Content.styled(_HELLO, "italic"), Content("")]
        parts += [Content.assemble(("✓ ", "$success"), (name, _MUTED)) for name in self._done]
        if self._now:
            parts.append(Content.assemble(("● ", "$primary"), self._now))
        if self._problem:
            parts.append(Content.assemble(("✗ ", "$text-error bold"), self._problem))
        self.query_one("#greeting", Static).update(Content("\n").join(parts))
