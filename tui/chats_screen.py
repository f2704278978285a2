"""The saved chats: search them, open one, rename it, delete it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui import chats
from tui.chat_records import Chat
from tui.dialog import Dialog
from tui.export import plain
from tui.prompt_screen import PromptScreen
from tui.wording import counted, safe_line, shortened


class ChatsScreen(Dialog[Chat]):
    """Gives back the chat to open. on_deleted: told each chat that is deleted, at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+y", "copy_chat", "Copy", priority=True),
        Binding("ctrl+r", "rename", "Rename", priority=True),
        Binding("ctrl+d", "delete", "Delete", priority=True),
    ]
    title_text = "Chats"
    hint = "Enter opens · ^Y copies · ^R renames · ^D deletes · Esc closes"

    def __init__(self, folder: Path, on_deleted: Callable[[Chat], None]) -> None:
        super().__init__()
        self._on_deleted = on_deleted
        self._folder = folder
        self._all: tuple[Chat, ...] = ()
        self._found: list[chats.Match] = []
        self._doomed = ""

    def parts(self) -> Iterable[Widget]:
        """What to look for, and the chats found."""
        yield Input(placeholder="Search names, questions and answers…")
        yield Static("", markup=False, classes="dialog--said")
        yield OptionList()

    def on_mount(self) -> None:
        """Read the chats."""
        self._read()

    def _read(self) -> None:
        listing = chats.list_all(self._folder)
        self._all = listing.chats
        self._say("\n".join(listing.problems[:2]))
        self._list()

    def _say(self, problem: str) -> None:
        self._doomed = ""
        self.query_one(".dialog--said", Static).update(problem)

    def _list(self) -> None:
        self._doomed = ""
        self._found = chats.search(self._all, self.query_one(Input).value)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(_row(match)) for match in self._found)
        if self._found:
            options.highlighted = 0
        else:
            said = (
                "No chat has these words." if self._all else "No chats yet; they keep themselves."
            )
            options.add_option(Option(Content(said), disabled=True))

    @property
    def _chosen(self) -> Chat | None:
        at = self.query_one(OptionList).highlighted
        return None if at is None or at >= len(self._found) else self._found[at].chat

    @on(Input.Changed)
    def _on_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._list()

    @on(Input.Submitted)
    def _on_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._chosen is not None:
            self.dismiss(self._chosen)

    @on(OptionList.OptionSelected)
    def _on_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._chosen is not None:
            self.dismiss(self._chosen)

    def on_key(self, event: events.Key) -> None:
        """Up and down walk the list while the search has the keys."""
        options = self.query_one(OptionList)
        if event.key in ("up", "down") and not options.has_focus:
            event.stop()
            options.action_cursor_up() if event.key == "up" else options.action_cursor_down()

    def action_copy_chat(self) -> None:
        """Copy the chat's text, which needs no story to be there any more."""
        if chat := self._chosen:
            self.app.copy_to_clipboard(plain(chat))
            self._say(f"Copied “{shortened(safe_line(chat.name), 40)}”.")

    def action_rename(self) -> None:
        """Ask for another name."""
        chat = self._chosen
        if chat is None:
            return

        def renamed(name: str | None) -> None:
            if name is not None and chat is not None:
                try:
                    chats.rename(chat, name)
                except chats.ChatError as error:
                    self._say(f"✗ {error.message}")
                else:
                    self._read()

        self.app.push_screen(PromptScreen("Rename the chat", safe_line(chat.name)), renamed)

    def action_delete(self) -> None:
        """Delete the chat, when asked twice."""
        chat = self._chosen
        if chat is None:
            return
        if self._doomed != chat.id:
            self._say(f"Press ^D again to delete “{shortened(safe_line(chat.name), 40)}” for good.")
            self._doomed = chat.id
            return
        try:
            chats.delete(chat)
        except chats.ChatError as error:
            self._say(f"✗ {error.message}")
        else:
            self._on_deleted(chat)
            self._read()


def _row(match: chats.Match) -> Content:
    """A chat, with the latest of its questions that the search found, or the latest of all."""
    chat = match.chat
    asked = counted(len(chat.turns), "question")
    when = safe_line(chat.updated)[:16].replace("T", " ")
    last = ""
    if chat.turns:
        shown = chat.turns[match.turns[-1] if match.turns else -1]
        last = f" · {shortened(safe_line(shown.question), 60)}"
    return Content.assemble(
        (shortened(safe_line(chat.name), 70), "bold"),
        "\n",
        (f"{when} · {asked}{last}", "$foreground 62%"),
    )
