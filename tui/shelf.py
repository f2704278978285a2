"""The stories that are open."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Document
from index.passages import Passage
from index.search import StoryIndex
from tui.chat_records import Chat


@dataclass(slots=True)
class OpenStory:
    """An open document, its chat, where in it the reader is, and its index once it is read.

    failed: why it can't be asked, "" while it can or may yet.
    """

    document: Document
    chat: Chat | None = None
    index: StoryIndex | None = None
    failed: str = ""
    place: int = 0

    @property
    def passages(self) -> Sequence[Passage]:
        """Its passages, none until it has been read."""
        return () if self.index is None else self.index.passages

    @property
    def is_settled(self) -> bool:
        """Whether it has been read, or can't be."""
        return self.index is not None or bool(self.failed)


def find(stories: Sequence[OpenStory], text: str) -> int | None:
    """The number of the open story with this text."""
    return next((n for n, one in enumerate(stories) if one.document.text == text), None)
