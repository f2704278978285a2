"""Chats are kept as they go, resumed with their story, copied and exported."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from index.documents import Document, bundled, load
from index.errors import StorychatError
from index.files import expanded
from tui import chats, export
from tui.chat_records import Chat, SavedTurn, story_of, turn_of
from tui.chats_screen import ChatsScreen
from tui.desk import Desk
from tui.exchange import Exchange, State
from tui.export_screen import ExportScreen
from tui.keys import first_key
from tui.shelf import find
from tui.wording import counted, shortened

_MOST_RESUMED = 200
_STILL = "^Y in the list of chats copies what was asked and answered."


class KeepingDesk(Desk):
    """A desk whose exchanges are on the disk as soon as they are on the screen."""

    def __init__(self, documents: Sequence[Document]) -> None:
        super().__init__(documents)
        self._tickets = 0
        # By chat: turns that couldn't be written yet, each with the chat as it was before.
        self._unwritten: dict[str, list[tuple[Chat, SavedTurn]]] = {}

    def next_ticket(self) -> int:
        """A number for an exchange."""
        self._tickets += 1
        return self._tickets

    @property
    def _folder(self) -> Path:
        return self.chat_app.config.data_folder / "chats"

    # Keeping and resuming.

    def keep(self, exchange: Exchange) -> None:
        """Write an answered exchange to its story's chat."""
        story = self.stories[exchange.story]
        if exchange.answer is None:
            return
        exchange.turn = turn_of(exchange.answer, story.document, len(story.passages))
        chat = story.chat or chats.start(self._folder, story.document)
        story.chat = replace(chat, turns=(*chat.turns, exchange.turn))
        self._unwritten.setdefault(chat.id, []).append((chat, exchange.turn))
        if said := self.write():
            self.chat_app.tell(said, problem=True)

    def write(self) -> str:
        """Write what couldn't be written yet, of any chat; returns why it still can't be, or ""."""
        said = ""
        for unwritten in self._unwritten.values():
            try:
                while unwritten:
                    chats.append(*unwritten[0])
                    del unwritten[0]
            except chats.ChatError as error:
                said = error.message
        return said

    def _reread(self, chat: Chat) -> Chat | None:
        """The chat as it is by now, with what couldn't be written; None when its file is gone."""
        unwritten = [turn for _, turn in self._unwritten.get(chat.id, ())]
        try:
            kept = chats.load(chat.path)
        except chats.ChatError:
            return chat if unwritten else None
        return replace(kept, turns=(*kept.turns, *unwritten))

    def resume(self, number: int, chat: Chat | None = None) -> None:
        """Bring back a chat of an open story, the latest when none is given."""
        story = self.stories[number]
        if chat is None:
            chat = chats.latest(self._folder, story_of(story.document).sha256)
        if chat is None:
            return
        story.chat = chat
        exchanges = [self._exchange(number, turn) for turn in chat.turns[-_MOST_RESUMED:]]
        if exchanges:
            self.welcome.display = False
            self.conversation.extend([(one, self.shown(one)) for one in exchanges])
            key = first_key("new_chat", self.chat_app.config.keys)
            said = f"Resumed with {counted(len(exchanges), 'question')}. {key} starts anew."
            if chat.damaged:
                said += f" Left out, unreadable in its file: {counted(chat.damaged, 'line')}."
            self.chat_app.tell(said)

    def _exchange(self, number: int, turn: SavedTurn) -> Exchange:
        """A saved turn on the screen again."""
        return Exchange(
            self.next_ticket(), turn.question, (number,), State.ANSWERED, turn, story=number
        )

    def _clear(self, number: int) -> None:
        """Take a story's exchanges off the screen; they stay on the disk."""
        for exchange in self.conversation.exchanges:
            if exchange.story == number and exchange.state in (State.ANSWERED, State.FAILED):
                self.conversation.drop(exchange)
        if not self.conversation.exchanges:
            self.welcome.display = True
        if number == self.current:
            self.pane.mark(None, None)

    def start_anew(self, number: int) -> None:
        """Start a new chat on an open story."""
        self._clear(number)
        story = self.stories[number]
        story.chat = chats.start(self._folder, story.document)

    def action_new_chat(self) -> None:
        """Start a new chat on the story shown."""
        self.start_anew(self.current)
        self.question.focus()

    def action_chats(self) -> None:
        """Choose among the saved chats."""
        screen = ChatsScreen(self._folder, self._on_chat_deleted)
        self.app.push_screen(screen, self._on_chat_chosen)

    def _on_chat_deleted(self, chat: Chat) -> None:
        self._unwritten.pop(chat.id, None)
        for number, story in enumerate(self.stories):
            if story.chat is not None and story.chat.id == chat.id:
                self.start_anew(number)

    def _on_chat_chosen(self, chat: Chat | None) -> None:
        for story in self.stories:  # it may have been renamed meanwhile
            if story.chat is not None and story.chat.turns:
                story.chat = self._reread(story.chat)
        if chat is not None:
            self.run_worker(self._reopen(chat), group="reopen", exclusive=True)

    async def _reopen(self, chat: Chat) -> None:
        """Show a saved chat, its story opened if it is not; other files take long to convert."""

        def is_of(document: Document) -> bool:
            return story_of(document).sha256 == chat.story.sha256

        number = next((n for n, one in enumerate(self.stories) if is_of(one.document)), None)
        if number is None:
            source = chat.story.source
            try:
                document = await asyncio.to_thread(load, source) if source else bundled()
            except StorychatError as error:
                self.chat_app.tell(f"{error.message} {_STILL}", problem=True)
                return
            if not is_of(document):
                if source or chat.story.title == document.title:
                    said = f"The text of “{chat.story.title}” is no longer the one of this chat."
                else:
                    said = "The story of this chat came from standard input and isn't kept."
                self.chat_app.tell(f"{said} {_STILL}", problem=True)
                return
            number = self.add_story(document, resume=False)
        chat = self._reread(chat) or chat  # something may have been answered meanwhile
        self._clear(number)
        self.show_story(number)
        self.resume(number, chat)
        if self.is_narrow and self.shows_story:
            self.action_flip()
        if last := self.conversation.beside(0):
            self.select(last)

    def add_story(self, document: Document, *, resume: bool = True) -> int:
        """Open a story beside those that are open and show it; its number."""
        raise NotImplementedError

    def story_number(self, document: Document) -> int | None:
        """The number of an open story with the same text."""
        return find(self.stories, document.text)

    # Copying and exporting.

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(text)
        self.chat_app.tell(f"Copied {what}.")

    @property
    def _on_which(self) -> str:
        """The story shown, as part of a sentence, where it isn't the only one."""
        title = shortened(self.stories[self.current].document.title, 40)
        return f" on {title}" if len(self.stories) > 1 else ""

    @property
    def _selected_turn(self) -> SavedTurn | None:
        return None if self.selected is None else self.selected.shown_turn

    def action_copy_answer(self) -> None:
        """Copy the selected answer's words."""
        if turn := self._selected_turn:
            self._copy(export.answer_text(turn), "the answer")

    def action_copy_citation(self) -> None:
        """Copy the answer with its sentence and place."""
        if turn := self._selected_turn:
            self._copy(export.answer_with_citation(turn), "the answer with its place")

    def action_copy_chat(self) -> None:
        """Copy the whole chat on the story shown."""
        chat = self.stories[self.current].chat
        if chat is not None and chat.turns:
            which = self._on_which
            if which:
                which += f", {counted(len(chat.turns), 'question')}"
            self._copy(export.plain(chat), f"the chat{which}")

    def action_export(self) -> None:
        """Write the chat on the story shown to a file."""
        chat = self.stories[self.current].chat
        if chat is None or not chat.turns:
            self.chat_app.tell("There is nothing to export yet; ask something first.")
            return
        exported, which = chat, self._on_which
        documents = [one.document for one in self.stories]

        def named(name: str | None) -> None:
            if name is None:
                return
            path = expanded(name)
            try:
                export.export(exported, documents, path)
            except StorychatError as error:
                self.chat_app.tell(error.message, problem=True)
            else:
                self.chat_app.tell(f"Exported the chat{which} to {path.resolve()}.")

        stem = "".join(one if one.isalnum() else "-" for one in exported.name.lower())[:40]
        screen = ExportScreen(f"{stem.strip('-') or 'chat'}.html", documents)
        self.app.push_screen(screen, named)

    def action_ask_again(self) -> None:
        """Put the selected question back to change it."""
        if exchange := self.selected:
            self.question.value = exchange.question
            self.question.cursor_position = len(exchange.question)
            self.question.focus()
