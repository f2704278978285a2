"""The main screen: the conversation, the story beside it, the question below."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from index.documents import Document, clean
from index.passages import Passage
from index.search import StoryIndex
from qa.answer import Answer, Turn
from tui import engine
from tui.chat_records import history, turn_of
from tui.conversation import Conversation, ExchangeView
from tui.exchange import Exchange, State, content
from tui.find import MOST_MATCHES, matches
from tui.find_bar import FindBar
from tui.keys import CHAT
from tui.question import Question
from tui.story_pane import StoryPane
from tui.welcome import Welcome
from tui.wording import depth, one_line

# From this many columns on, the story stands beside the conversation.
SIDE_BY_SIDE = 110


class Told(Message):
    """The engine has something to say; it says so from its own thread."""

    def __init__(self, event: engine.Event) -> None:
        super().__init__()
        self.event = event


@dataclass(slots=True)
class OpenStory:
    """An open document, where in it the reader is, and its index once it has been read."""

    document: Document
    index: StoryIndex | None = None
    failed: str = ""
    place: int = 0

    @property
    def passages(self) -> Sequence[Passage]:
        """Its passages, none until it has been read."""
        return () if self.index is None else self.index.passages


class ChatScreen(Screen[None]):
    """Questions go in at the bottom; answers come with their place in the story."""

    BINDINGS = CHAT
    AUTO_FOCUS = "#question"

    def __init__(self, documents: Sequence[Document]) -> None:
        super().__init__()
        self.stories = [OpenStory(document) for document in documents]
        self.current = 0
        self._engine = engine.Engine(lambda event: self.post_message(Told(event)))
        self._waiting: deque[Exchange] = deque()
        self._asked: Exchange | None = None
        self._tickets = 0
        self._loaded = False
        self._found: list[tuple[int, int]] = []
        self._found_at = -1
        self._numbers = False

    # What is on it.

    def compose(self) -> ComposeResult:
        """Header, the two panes, find bar, question, keys."""
        with Horizontal(id="header"):
            yield Static("storychat", id="name", markup=False)
            yield Static("", id="title", markup=False)
            yield Static("", id="status", markup=False)
        with Horizontal(id="panes"):
            with Conversation(id="conversation"):
                yield Welcome(id="welcome")
            yield StoryPane(id="story")
        yield FindBar(id="find")
        yield Question(id="question")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show the story; load the models only once that is on screen."""
        self._conversation.border_title = "Conversation"
        self._show_story(0)
        self._say("Starting")
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self._engine.start()
        for number, story in enumerate(self.stories):
            self._engine.open(number, story.document)

    def on_unmount(self) -> None:
        """Let the engine go."""
        self._engine.stop()

    @property
    def _conversation(self) -> Conversation:
        return self.query_one(Conversation)

    @property
    def _pane(self) -> StoryPane:
        return self.query_one(StoryPane)

    @property
    def _question(self) -> Question:
        return self.query_one(Question)

    def on_resize(self, event: events.Resize) -> None:
        """One pane at a time where two don't fit."""
        self.set_class(event.size.width < SIDE_BY_SIDE, "-narrow")
        self.set_class(event.size.height < 22, "-short")

    @property
    def is_narrow(self) -> bool:
        """Whether one pane is shown at a time."""
        return self.has_class("-narrow")

    def _say(self, status: str) -> None:
        self.query_one("#status", Static).update(status)

    # The engine's news.

    @on(Told)
    def _on_told(self, told: Told) -> None:
        match told.event:
            case engine.Stage(name):
                self._say(f"{name}…")
                self.query_one(Welcome).stage(name)
            case engine.Loaded():
                self._loaded = True
                self.query_one(Welcome).loaded()
            case engine.LoadFailed(message):
                self._say("✗ can't answer")
                self._fail_all(message)
                self.query_one(Welcome).failed(message)
            case engine.Reading(story, done, total):
                self._say(f"Reading passage {done} of {total}")
                self.query_one(Welcome).reading(self.stories[story].document.title, done, total)
            case engine.Opened(number, index):
                self.stories[number].index = index
                if number == self.current:
                    self._pane.number(index.passages)
                    self._say_place(self._pane.place)
                self._say_ready()
                self._next_question()
            case engine.OpenFailed(number, message):
                self.stories[number].failed = message
                self._say("✗ can't read the story")
                self.query_one(Welcome).failed(message)
                self._next_question()
            case engine.Answered(ticket, answers):
                self._on_answered(ticket, answers)
            case engine.AskFailed(ticket, message):
                if self._asked is not None and self._asked.ticket == ticket:
                    self._fail(self._asked, message)
                    self._asked = None
                self._say_ready()
                self._next_question()

    def _say_ready(self) -> None:
        reading = any(story.index is None and not story.failed for story in self.stories)
        if not reading:
            self._say("● ready")
            self.query_one(Welcome).ready()

    def _on_answered(self, ticket: int, answers: tuple[tuple[int, Answer], ...]) -> None:
        exchange = self._asked
        if exchange is None or exchange.ticket != ticket:
            return
        self._asked = None
        exchange.story, exchange.answer = max(answers, key=_standing)
        story = self.stories[exchange.story]
        exchange.turn = turn_of(exchange.answer, story.document, len(story.passages))
        exchange.state = State.ANSWERED
        self._draw(exchange)
        self._select(exchange)
        self._say_ready()
        self._next_question()

    # Asking.

    @on(Input.Submitted, "#question")
    def _on_asked(self, event: Input.Submitted) -> None:
        question = one_line(clean(event.value))
        if not question:
            return
        self._question.remember(question)
        self._question.value = ""
        self._tickets += 1
        exchange = Exchange(self._tickets, question, (self.current,), story=self.current)
        if self.stories[self.current].index is None:
            exchange.message = "waiting until the story can be asked"
        self.query_one(Welcome).display = False
        if self.is_narrow:
            self.remove_class("-story")
        self._waiting.append(exchange)
        self._conversation.append(exchange, self._content(exchange))
        self._next_question()

    def _next_question(self) -> None:
        """Put the first waiting question whose story has been read; one at a time."""
        if self._asked is not None:
            return
        for exchange in list(self._waiting):
            failed = next((self.stories[n].failed for n in exchange.stories), "")
            if failed:
                self._waiting.remove(exchange)
                self._fail(exchange, failed)
            elif all(self.stories[n].index is not None for n in exchange.stories):
                self._waiting.remove(exchange)
                self._asked = exchange
                exchange.state = State.ASKED
                self._draw(exchange)
                earlier = self._history(exchange)
                self._engine.ask(exchange.ticket, exchange.question, exchange.stories, earlier)
                return

    def _history(self, exchange: Exchange) -> tuple[Turn, ...]:
        """What was asked of the same story before."""
        return history(
            [
                one.turn
                for one in self._conversation.exchanges
                if one.ticket < exchange.ticket and one.turn and one.story in exchange.stories
            ]
        )

    def _fail(self, exchange: Exchange, message: str) -> None:
        exchange.state, exchange.message = State.FAILED, message
        self._draw(exchange)
        self._question.give_back(exchange.question)

    def _fail_all(self, message: str) -> None:
        for story in self.stories:
            story.failed = message
        self._next_question()

    def action_leave(self) -> None:
        """Cancel the newest unanswered question and give it back; go back to asking."""
        newest = self._waiting.pop() if self._waiting else self._asked
        if newest is not None:
            if newest is self._asked:
                self._engine.cancel(newest.ticket)
                self._asked = None
            self._conversation.drop(newest)
            self._question.give_back(newest.question)
            self._next_question()
        self._question.focus()

    # Answers and their places.

    def _content(self, exchange: Exchange) -> Content:
        story = self.stories[exchange.story]
        name = story.document.title if len(self.stories) > 1 else ""
        return content(exchange, story.document, numbers=self._numbers, name=name)

    def _draw(self, exchange: Exchange) -> None:
        self._conversation.redraw(exchange, self._content(exchange))

    def _select(self, exchange: Exchange) -> None:
        """Select an exchange and take the story to its place."""
        self._conversation.select(exchange)
        if exchange.turn is not None:
            if exchange.story != self.current:
                self._show_story(exchange.story)
            self._pane.mark(*exchange.place)

    @on(ExchangeView.Clicked)
    def _on_clicked(self, event: ExchangeView.Clicked) -> None:
        self._select(event.exchange)

    def action_select(self, step: int) -> None:
        """Select the answer before or after."""
        if exchange := self._conversation.beside(step):
            self._select(exchange)

    def action_go_to_span(self) -> None:
        """Show the selected answer's place in the story."""
        if exchange := self._conversation.selected:
            if self.is_narrow:
                self.add_class("-story")
            self._select(exchange)
            self._pane.focus()

    def action_runner_up(self) -> None:
        """Show the next candidate, or after an abstention the next nearest passage."""
        exchange = self._conversation.selected
        if exchange is not None and exchange.choices > 1:
            exchange.chosen = (exchange.chosen + 1) % exchange.choices
            self._draw(exchange)
            self._select(exchange)

    # The story pane.

    def _show_story(self, number: int) -> None:
        self.stories[self.current].place = self._pane.place
        self.current = number
        story = self.stories[number]
        self._pane.show(story.document, story.place)
        self._pane.number(story.passages)
        self.query_one("#title", Static).update(story.document.title)
        count = f" {number + 1} of {len(self.stories)}" if len(self.stories) > 1 else ""
        self._pane.border_title = f"Story{count}"

    @on(StoryPane.Moved)
    def _on_moved(self, event: StoryPane.Moved) -> None:
        self._say_place(event.offset)

    def _say_place(self, offset: int) -> None:
        story = self.stories[self.current]
        said = depth(story.document, offset)
        if story.passages:
            at = sum(passage.start <= offset for passage in story.passages)
            said = f"passage {max(1, at)} of {len(story.passages)} · {said}"
        self._pane.border_subtitle = said

    def action_next_story(self) -> None:
        """Go to the next of the open stories."""
        self._show_story((self.current + 1) % len(self.stories))

    def action_flip(self) -> None:
        """Between the story and the conversation."""
        if self.is_narrow:
            self.toggle_class("-story")
            (self._pane if self.has_class("-story") else self._question).focus()
        elif self._pane.has_focus:
            self._question.focus()
        else:
            self._pane.focus()

    def action_page_story(self, direction: int) -> None:
        """Scroll what is on screen by a page, without leaving the question."""
        pane = self._conversation if self.is_narrow and not self.has_class("-story") else self._pane
        pane.scroll_relative(y=direction * max(1, pane.size.height - 2), animate=False)

    def action_ask(self) -> None:
        """Go to the question."""
        self._question.focus()

    # Finding.

    def action_find(self) -> None:
        """Open the find bar over the story."""
        self.add_class("-story")
        self.query_one(FindBar).open()

    @on(FindBar.Sought)
    def _on_sought(self, event: FindBar.Sought) -> None:
        text = self.stories[self.current].document.text
        self._found = matches(text, event.words)
        place = self._pane.place
        self._found_at = next(
            (at for at, (start, _) in enumerate(self._found) if start >= place),
            0 if self._found else -1,
        )
        self._show_found()

    @on(FindBar.Next)
    def _on_next(self) -> None:
        self.action_find_next(1)

    @on(FindBar.Closed)
    def _on_closed(self) -> None:
        self.query_one(FindBar).close()
        self._pane.mark_matches((), -1)
        self._pane.focus()

    def action_find_next(self, step: int) -> None:
        """Go to the next match (1) or the one before (-1), round the end."""
        if self._found:
            self._found_at = (self._found_at + step) % len(self._found)
            self._show_found()

    def _show_found(self) -> None:
        total = len(self._found)
        self.query_one(FindBar).count(self._found_at, total, more=total == MOST_MATCHES)
        self._pane.mark_matches(self._found, self._found_at)

    # Not yet.

    def action_why(self) -> None:
        """What was retrieved and read."""

    def action_help(self) -> None:
        """The keys."""


def _standing(told: tuple[int, Answer]) -> tuple[bool, float]:
    """What the better of two stories' answers has more of: an answer, then confidence."""
    _, answer = told
    if answer.best is None:
        return False, -answer.confidence
    return True, answer.confidence
