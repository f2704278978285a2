"""The Textual app: themes, configuration, what is remembered, and the one main screen."""

import os
import signal
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import monotonic
from typing import ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import Input

from index.documents import Document
from tui import state as remembered
from tui.chat_screen import ChatScreen
from tui.config import Config, ConfigError
from tui.config_text import save_theme
from tui.desk import Desk
from tui.key_order import KeyOrder
from tui.keys import CHAT, first_key, shown_key
from tui.palette import commands
from tui.state import State
from tui.themes import THEMES
from tui.wording import safe_line

_QUITS_WITHIN = 2.0
_OWN_KEYS = ("palette", "quit", "suspend")


class StorychatApp(App[int], inherit_bindings=False):
    """The chat on one or more documents."""

    TITLE = "storychat"
    CSS_PATH = "storychat.tcss"
    # In place of Textual's own, which would keep ^P and ^Q whatever the keys are set to.
    BINDINGS: ClassVar[list[BindingType]] = [
        *(one for one in CHAT if isinstance(one, Binding) and one.id in _OWN_KEYS),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    def __init__(self, documents: Sequence[Document], config: Config | None = None) -> None:
        super().__init__()
        self.config = config or Config()
        self.state = remembered.load(remembered.default_path())
        self.unsaved = ""  # why the last answers could not be kept, when all is over
        self._documents = documents
        self._interrupted = 0.0
        self._early_keys: list[events.Key] | None = []
        self._order = KeyOrder(self, self._press)
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        if self.config.theme in self.available_themes:
            self.theme = self.config.theme
        self._kept_theme = self.theme
        self.set_keymap(dict(self.config.keys))

    def get_default_screen(self) -> Screen[None]:
        """The chat."""
        return ChatScreen(self._documents)

    @property
    def history_path(self) -> Path:
        """Where the questions of all sessions are kept."""
        return self.config.data_folder / "history.jsonl"

    def remember(self, state: State) -> None:
        """Keep something for the next session."""
        if state != self.state:
            self.state = state
            remembered.save(remembered.default_path(), state)

    def tell(self, sentence: str, *, problem: bool = False) -> None:
        """A note in the corner for a few seconds."""
        self.notify(
            safe_line(sentence), severity="error" if problem else "information", markup=False
        )

    # Keys, commands, themes.

    async def on_event(self, event: events.Event) -> None:
        """Keys pressed before the first frame wait for it, and later ones for the key before."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif self._early_keys is not None:
            self._early_keys.append(event)
        else:
            await self._order.take(event)

    async def _press(self, key: events.Key) -> DOMNode | None:
        """Let a key through: who must handle it first, or None when the next need not wait."""
        target = self.focused or self.screen
        await super().on_event(key)
        # Characters typed into a field change nothing but the field, which keeps their order.
        typed = isinstance(target, Input) and key.is_printable
        if typed:
            return None
        return target if key.is_forwarded else self  # which has done what the key does

    def take_keys(self) -> None:
        """Let the keys through: there is something to type into now."""
        early, self._early_keys = self._early_keys, None
        for key in early or ():
            self.post_message(key)

    def get_key_display(self, binding: Binding) -> str:
        """A key as people write it."""
        return shown_key(binding.key)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette lists: the chat's own commands, then the theme and leaving."""
        if isinstance(screen, Desk):
            yield from commands(screen, self.config.keys)
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)
        yield SystemCommand("Quit", first_key("quit", self.config.keys), self.action_quit)

    def on_mount(self) -> None:
        """From here on a theme that is picked is kept."""
        self.theme_changed_signal.subscribe(self, self._keep_theme)

    def _keep_theme(self, theme: Theme) -> None:
        """Write the theme to the configuration file."""
        if theme.name != self._kept_theme:
            self._kept_theme = theme.name
            try:
                save_theme(theme.name)
            except ConfigError as error:
                self.tell(error.message, problem=True)

    def action_help_quit(self) -> None:
        """Ctrl+C with nothing to copy: quit when pressed twice."""
        now = monotonic()
        if now - self._interrupted < _QUITS_WITHIN:
            self.exit(return_code=130)
        self._interrupted = now
        self.tell("Press ^C again to quit.")

    def action_suspend_process(self) -> None:
        """Stop, with whatever started the chat, until the shell goes on with it."""
        if self._driver is None or not self._driver.can_suspend:
            return
        if os.getpgrp() == os.getsid(0):  # nobody would ever go on with it
            self.tell("There is no shell to go back to.")
            return
        # The screen first: when make stops, the shell takes the terminal, and who is left may not.
        with self.suspend():
            # By default it stops at once; Python's handlers may run after the shell has gone on.
            handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            os.killpg(0, signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, handler)

    # Failing.

    def _fatal_error(self) -> None:
        """Close without a traceback; whoever ran the app says what went wrong, in a sentence."""
        self._close_messages_no_wait()

    @property
    def failure(self) -> Exception | None:
        """What stopped the app, if it was an error."""
        return self._exception
