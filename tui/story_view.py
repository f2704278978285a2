"""The story's side of the chat: the pane, and finding in it."""

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from index.documents import Document
from tui.find import MOST_MATCHES, matches
from tui.find_bar import FindBar
from tui.shelf import OpenStory
from tui.story_pane import StoryPane
from tui.wording import depth


class StoryView(Vertical):
    """Shows one open story at a time, where in it one is, and what is found in it."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._story: OpenStory | None = None
        self._found: list[tuple[int, int]] = []
        self._found_at = -1

    def compose(self) -> ComposeResult:
        """The pane and the find bar under it."""
        yield StoryPane(id="story")
        yield FindBar(id="find")

    @property
    def pane(self) -> StoryPane:
        """The text itself."""
        return self.query_one(StoryPane)

    @property
    def _bar(self) -> FindBar:
        return self.query_one(FindBar)

    def show(self, story: OpenStory, title: str) -> None:
        """Show a story where it was left; the words being sought are sought in it."""
        if self._story is not None:
            self._story.place = self.pane.place
        self._story = story
        self.pane.show(story.document, story.place)
        self.pane.border_title = title
        self.read(story)
        if self._bar.is_open:
            self._seek(story.document, self._bar.words)
        else:
            self._found, self._found_at = [], -1

    def read(self, story: OpenStory) -> None:
        """A story has been read: number its passages if it is the one shown."""
        if story is self._story:
            self.pane.number(story.passages)
            self._say_place(self.pane.place)

    @on(StoryPane.Moved)
    def _on_moved(self, event: StoryPane.Moved) -> None:
        event.stop()
        self._say_place(event.offset)

    def _say_place(self, offset: int) -> None:
        if self._story is None:
            return
        said = depth(self._story.document, offset)
        if passages := self._story.passages:
            at = max(1, self.pane.passage_at(offset) + 1)
            said = f"passage {at} of {len(passages)} · {said}"
        self.pane.border_subtitle = said

    # Finding.

    def find(self) -> None:
        """Open the find bar; words left in it are sought again when no marks of them are left."""
        self._bar.open()
        if self._story is not None and self._bar.words and not self._found:
            self._seek(self._story.document, self._bar.words)

    def find_next(self, step: int) -> None:
        """Go to the next match (1) or the one before (-1), round the end."""
        if self._found:
            self._found_at = (self._found_at + step) % len(self._found)
            self._show_found()

    @on(FindBar.Sought)
    def _on_sought(self, event: FindBar.Sought) -> None:
        event.stop()
        if self._story is not None:
            self._seek(self._story.document, event.words)

    @on(FindBar.Next)
    def _on_next(self, event: FindBar.Next) -> None:
        event.stop()
        self.find_next(event.step)

    def on_key(self, event: events.Key) -> None:
        """Escape closes the find bar; the very next key is the story's."""
        if event.key == "escape" and self.query_one("#find Input").has_focus:
            event.stop()
            self._bar.close()
            self.pane.focus()

    def forget_found(self) -> None:
        """Take the marks of what was found away."""
        self._bar.close()
        if self._found:
            self._found, self._found_at = [], -1
            self.pane.mark_matches((), -1)

    def _seek(self, document: Document, words: str) -> None:
        self._found = matches(document.text, words)
        place = self.pane.place
        later = (at for at, (start, _) in enumerate(self._found) if start >= place)
        self._found_at = next(later, 0 if self._found else -1)
        self._show_found()

    def _show_found(self) -> None:
        total = len(self._found)
        self._bar.count(self._found_at, total, more=total == MOST_MATCHES)
        self.pane.mark_matches(self._found, self._found_at)
