"""The Textual app: its themes, its commands and its one main screen."""

from collections.abc import Sequence

from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

from index.documents import Document
from tui.chat_screen import ChatScreen
from tui.keys import shown_key
from tui.themes import DEFAULT, THEMES


class StorychatApp(App[int]):
    """The chat on one or more documents."""

    TITLE = "storychat"
    CSS_PATH = "storychat.tcss"

    def __init__(self, documents: Sequence[Document]) -> None:
        super().__init__()
        self._documents = documents
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DEFAULT

    def get_default_screen(self) -> Screen[None]:
        """The chat."""
        return ChatScreen(self._documents)

    def get_key_display(self, binding: Binding) -> str:
        """A key as people write it."""
        return shown_key(binding.key)
