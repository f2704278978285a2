"""Opening another story: a path, one opened lately, or one from the tree."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from textual import events, on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DirectoryTree, Input, OptionList, Static
from textual.widgets.option_list import Option

from index.documents import Document, clean, load
from index.errors import StorychatError
from tui.dialog import Dialog
from tui.paths import PathSuggester, completion
from tui.stories import is_readable


class _Tree(DirectoryTree):
    """Folders and the files that may be stories."""

    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    ICON_FILE = "  "

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Leave out hidden files and those that can't be read."""
        return [
            path
            for path in paths
            if not path.name.startswith(".")
            and path.name.isprintable()
            # Path.is_dir raises where a folder can't be looked into; so does is_file below.
            and (os.path.isdir(path) or is_readable(path.name))  # noqa: PTH112
        ]


class _PathField(Input):
    """Tab completes the path."""

    async def _on_key(self, event: events.Key) -> None:
        # The suggestion on screen may be that of what was there before the last key.
        whole = completion(self.value) if event.key == "tab" and self.cursor_at_end else None
        if whole is None:
            await super()._on_key(event)
        else:
            event.stop()
            event.prevent_default()
            self.value = whole
            self.cursor_position = len(whole)

    def go_on(self, character: str) -> None:
        """Take the keys, with a character that was typed elsewhere."""
        self.focus()
        self.cursor_position = len(self.value)
        self.insert_text_at_cursor(character)


class OpenScreen(Dialog[Document]):
    """Gives back the document opened."""

    title_text = "Open a story"
    hint = "Tab completes · Enter opens · Esc closes"

    def __init__(self, recent: Sequence[str]) -> None:
        super().__init__()
        self._recent = [path for path in recent if os.path.isfile(path)]  # noqa: PTH113

    def parts(self) -> Iterable[Widget]:
        """The path, what is wrong with it, recent files, the tree."""
        yield _PathField(
            placeholder="Path of a text…", suggester=PathSuggester(), select_on_focus=False
        )
        yield Static("", markup=False, classes="dialog--said")
        if self._recent:
            yield Static("Opened lately", markup=False, classes="dialog--heading")
            options = [Option(_shown(path), id=str(at)) for at, path in enumerate(self._recent)]
            yield OptionList(*options, compact=True)
        yield Static("Here", markup=False, classes="dialog--heading")
        yield _Tree(str(_here()))

    def on_key(self, event: events.Key) -> None:
        """What is typed on the lists goes into the path, but for the keys that they have."""
        field = self.query_one(_PathField)
        typed = event.is_printable and event.key not in self.active_bindings
        if typed and event.character and not field.has_focus:
            event.stop()
            event.prevent_default()
            field.go_on(event.character)

    def _say(self, said: str) -> None:
        self.query_one(".dialog--said", Static).update(said)

    def action_leave(self) -> None:
        """Close; what is being opened no longer is."""
        self.workers.cancel_node(self)
        super().action_leave()

    def _start_opening(self, path: str) -> None:
        self.run_worker(self._open(path), exclusive=True)

    async def _open(self, path: str) -> None:
        self._say("Opening…")
        try:
            document = await asyncio.to_thread(load, path)
        except StorychatError as error:
            self._say(f"✗ {error.message}")
        else:
            self.dismiss(document)

    @on(Input.Submitted)
    def _on_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        path = event.value.strip()
        if path == "-":
            self._say("✗ Standard input is taken by the chat; name a file.")
        elif path:
            self._start_opening(path)

    @on(Input.Changed)
    def _on_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._say("")

    @on(OptionList.OptionSelected)
    def _on_recent(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._start_opening(self._recent[int(event.option_id or 0)])

    @on(DirectoryTree.FileSelected)
    def _on_file(self, event: DirectoryTree.FileSelected) -> None:
        event.stop()
        self._start_opening(str(event.path))


def _here() -> Path:
    """The working folder, or the user's own where that is gone."""
    try:
        return Path.cwd()
    except OSError:
        return Path.home()


def _shown(path: str) -> Content:
    """A path as people write it: the name first, then its folder."""
    file = Path(path)
    folder = str(file.parent).replace(str(Path.home()), "~", 1)
    return Content.assemble(clean(file.name), (f"  {clean(folder)}", "$foreground 62%"))
