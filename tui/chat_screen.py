"""The main screen: questions go to the engine, and what it tells comes onto the desk."""

from collections.abc import Sequence

from textual import on
from textual.message import Message
from textual.widgets import Input

from index.documents import Document
from qa.answer import Answer, Turn
from tui import engine, history
from tui.chat_records import history as turns_told
from tui.exchange import Exchange, State
from tui.keeping import KeepingDesk
from tui.open_screen import OpenScreen
from tui.shelf import OpenStory
from tui.state import opened
from tui.waiting import Waiting
from tui.welcome import Starter
from tui.wording import made_anew, safe_line, standing, time_left


class Told(Message):
    """The engine has something to say; it says so from its own thread."""

    def __init__(self, event: engine.Event) -> None:
        super().__init__()
        self.event = event


class ChatScreen(KeepingDesk):
    """Questions go in at the bottom; answers come with their place in the story."""

    def __init__(self, documents: Sequence[Document]) -> None:
        super().__init__(documents)
        self._engine = engine.Engine(
            lambda event: self.post_message(Told(event)), self.chat_app.config
        )
        self._waiting = Waiting()
        self._asks_all = False
        self._load_failed = ""

    def on_mount(self) -> None:
        """Load the models only once the first frame is on screen."""
        self.say("Starting…")
        self.question.recall(history.load(self.chat_app.history_path))
        for number in range(len(self.stories)):
            self._opened(number)
        for number in reversed(range(len(self.stories))):  # the one shown comes last
            self.resume(number)
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self.chat_app.take_keys()
        self._engine.start()

    def on_unmount(self) -> None:
        """Let the engine go, and try a last time to write what couldn't be written."""
        self._engine.stop()
        self.chat_app.unsaved = self.write()

    # Stories.

    def _opened(self, number: int) -> None:
        document = self.stories[number].document
        self.chat_app.remember(opened(self.chat_app.state, document.source))
        if self._load_failed:
            self.stories[number].failed = self._load_failed
        else:
            self._engine.open(number, document)

    def add_story(self, document: Document, *, resume: bool = True) -> int:
        """Open a story beside those that are open and show it; its number."""
        number = self.story_number(document)
        if number is None:
            self.stories.append(OpenStory(document))
            number = len(self.stories) - 1
            self._opened(number)
            if resume:
                self.resume(number)
            for exchange in self.conversation.exchanges:  # they now say which story they are on
                self.draw(exchange)
        self.show_story(number)
        return number

    def action_open_story(self) -> None:
        """Choose another story to open."""

        def chosen(document: Document | None) -> None:
            if document is not None:
                self.add_story(document)
                self.question.focus()

        self.app.push_screen(OpenScreen(self.chat_app.state.recent), chosen)

    def action_ask_all(self) -> None:
        """Ask all open stories, or the current one only."""
        self._asks_all = not self._asks_all
        to = "all open stories" if self._asks_all else "the story"
        self.question.placeholder = f"Ask {to}…"
        self.chat_app.tell(f"Questions go to {to}.")

    def show_story(self, number: int) -> None:
        """Show an open story; questions go to it from here on, and starters are its own."""
        super().show_story(number)
        self.welcome.suggest(())
        self._look_for_starters(number)

    def start_anew(self, number: int) -> None:
        """Start a new chat on an open story; starters are offered where nothing is asked."""
        super().start_anew(number)
        self._look_for_starters(self.current)

    def _look_for_starters(self, number: int) -> None:
        is_read = self.stories[number].index is not None
        if number == self.current and is_read and not self.conversation.exchanges:
            self._engine.suggest(number)

    # The engine's news.

    @on(Told)
    def _on_told(self, told: Told) -> None:
        match told.event:
            case engine.Stage(name):
                self.say(f"{name}…")
                self.welcome.stage(name)
            case engine.Loaded():
                self.welcome.loaded()
            case engine.LoadFailed(message):
                self.say("✗ can't answer")
                self.welcome.failed(message)
                self._load_failed = message
                for story in self.stories:
                    story.failed = story.failed or message
                self._next_question()
            case engine.Reading(number, done, total, left):
                soon = "" if left is None else f" · {time_left(left)}"
                self.say(f"Reading {done} of {total}{soon}")
                for waiting in self._waiting.on(number):
                    waiting.message = f"reading the story first, {done} of {total}{soon}"
                    self.draw(waiting)
                self.welcome.reading(self.stories[number].document.title, done, total, left)
            case engine.Opened(number, index):
                self.stories[number].index = index
                if index.rebuilt:
                    self.chat_app.tell(made_anew(index.document))
                self.view.read(self.stories[number])
                self._say_ready()
                self._look_for_starters(number)
                self._next_question()
            case engine.OpenFailed(number, message):
                self.stories[number].failed = message
                self.say("✗ can't read the story")
                self.welcome.failed(message)
                self._next_question()
            case engine.Suggested(number, questions):
                if number == self.current:
                    self.welcome.suggest(questions)
            case engine.Answered(ticket, answers):
                self._on_answered(ticket, answers)
            case engine.AskFailed(ticket, message):
                exchange = self._waiting.done(ticket)
                if exchange is not None:
                    self._fail(exchange, message)
                self._next_question()

    def _say_ready(self) -> None:
        if all(story.is_settled for story in self.stories):
            self.say("● ready")
            self.welcome.ready()

    def _on_answered(self, ticket: int, answers: tuple[tuple[int, Answer], ...]) -> None:
        exchange = self._waiting.done(ticket)
        if exchange is not None:
            exchange.story, exchange.answer = max(answers, key=lambda told: standing(told[1]))
            exchange.state = State.ANSWERED
            self.keep(exchange)
            self.draw(exchange)
            self._show_answer(exchange)
            self._say_ready()
        self._next_question()

    def _show_answer(self, exchange: Exchange) -> None:
        """Select a new answer; the story at hand changes only if the question was put to all."""
        if exchange.story == self.current or len(exchange.stories) > 1:
            self.select(exchange)
        else:
            self.conversation.select(exchange)

    # Asking.

    @on(Input.Submitted, "#question")
    def _on_submitted(self, event: Input.Submitted) -> None:
        # What was typed on after Enter stays.
        self.question.value = self.question.value.removeprefix(event.value)
        self.question.cursor_position = len(self.question.value)
        self._ask(event.value)

    @on(Starter.Chosen)
    def _on_starter(self, event: Starter.Chosen) -> None:
        self._ask(event.question)
        self.question.focus()

    def _ask(self, typed: str) -> None:
        question = safe_line(typed)
        if not question:
            return
        self.question.remember(question)
        try:
            history.append(self.chat_app.history_path, question)
        except history.HistoryError as error:
            self.chat_app.tell(error.message, problem=True)
        numbers = range(len(self.stories)) if self._asks_all else (self.current,)
        asked = tuple(numbers)
        exchange = Exchange(self.next_ticket(), question, asked, story=self.current)
        if not all(self.stories[number].is_settled for number in asked):
            exchange.message = "waiting until the story can be asked"
        self.welcome.display = False
        self.remove_class("-story")
        self._waiting.add(exchange)
        self.conversation.append(exchange, self.shown(exchange))
        self._next_question()

    def _next_question(self) -> None:
        """Put the next question whose stories have been read; give back what can't be asked."""
        exchange = self._waiting.take(self._is_due)
        if exchange is None:
            return
        able = [number for number in exchange.stories if self.stories[number].index is not None]
        if not able:
            self._waiting.done(exchange.ticket)
            self._fail(exchange, self.stories[exchange.stories[0]].failed)
            self._next_question()
            return
        exchange.state = State.ASKED
        self.draw(exchange)
        earlier = self._earlier(exchange)
        self._engine.ask(exchange.ticket, exchange.question, able, earlier)

    def _is_due(self, exchange: Exchange) -> bool:
        return all(self.stories[number].is_settled for number in exchange.stories)

    def _earlier(self, exchange: Exchange) -> tuple[Turn, ...]:
        """What was asked of the same stories before."""
        return turns_told(
            [
                one.turn
                for one in self.conversation.exchanges
                if one.ticket < exchange.ticket and one.turn and one.story in exchange.stories
            ]
        )

    def _fail(self, exchange: Exchange, message: str) -> None:
        exchange.state, exchange.message = State.FAILED, message
        self.draw(exchange)
        self.question.give_back(exchange.question)

    def action_leave(self) -> None:
        """Cancel the newest unanswered question and give it back; go back to asking."""
        newest = self._waiting.cancel()
        if newest is not None:
            self._engine.cancel(newest.ticket)
            self.conversation.drop(newest)
            self.question.give_back(newest.question)
            self.welcome.display = not self.conversation.exchanges
            self._next_question()
        self.view.forget_found()
        self.question.focus()
