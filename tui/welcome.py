"""What the empty conversation says: what this is, and how far loading has come."""

from textual.content import Content
from textual.widgets import Static

_HELLO = (
    "Ask the story anything. The answer comes in its own words,\nand the story shows you where."
)


class Welcome(Static):
    """A greeting, then each stage of loading as it begins."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__("", id=id, markup=False)
        self._done: list[str] = []
        self._now = ""
        self._problem = ""

    def on_mount(self) -> None:
        """Greet."""
        self._draw()

    def stage(self, name: str) -> None:
        """A stage begins; the one before is done."""
        self._finish()
        self._now = f"{name}…"
        self._draw()

    def reading(self, title: str, done: int, total: int) -> None:
        """A story is being read."""
        self._now = f"Reading {title}: {done} of {total} passages"
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

    def _finish(self) -> None:
        if self._now:
            self._done.append(self._now.rstrip("…"))
        self._now = ""

    def _draw(self) -> None:
        parts = [Content.styled(_HELLO, "italic"), Content("")]
        parts += [
            Content.assemble(("✓ ", "$text-success"), (name, "$foreground 62%")) for name in self._done
        ]
        if self._now:
            parts.append(Content.assemble(("● ", "$primary"), self._now))
        if self._problem:
            parts.append(Content.assemble(("✗ ", "$text-error bold"), self._problem))
        self.update(Content("\n").join(parts))
