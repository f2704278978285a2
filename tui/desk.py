"""The panes of the chat: what is shown, selected and marked. It knows no engine."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

from index.documents import Document
from tui.conversation import Conversation, ExchangeView
from tui.exchange import Exchange, content
from tui.help_screen import HelpScreen
from tui.keys import CHAT
from tui.question import Question
from tui.shelf import OpenStory
from tui.splitter import Splitter, within
from tui.story_pane import StoryPane
from tui.story_view import StoryView
from tui.welcome import Welcome
from tui.why_screen import Place, WhyScreen

if TYPE_CHECKING:
    from tui.app import StorychatApp

# From this many columns on, the story stands beside the conversation.
SIDE_BY_SIDE = 110
SHORT = 22


class Desk(Screen[None]):
    """Conversation and story side by side, or one at a time; the question below."""

    BINDINGS = CHAT
    AUTO_FOCUS = "#question"

    def __init__(self, documents: Sequence[Document]) -> None:
        super().__init__()
        self.stories = [OpenStory(document) for document in documents]
        self.current = 0
        self._split = self.chat_app.state.split

    @property
    def chat_app(self) -> "StorychatApp":
        """The app, with what it remembers and how it is configured."""
        return cast("StorychatApp", self.app)

    def compose(self) -> ComposeResult:
        """Header, the two panes, question, keys."""
        with Horizontal(id="header"):
            yield Static("storychat", id="name", markup=False)
            yield Static("", id="title", markup=False)
            yield Static("", id="status", markup=False)
        with Horizontal(id="panes"):
            with Conversation(id="conversation"):
                yield Welcome(id="welcome")
            yield Splitter(id="splitter")
            yield StoryView(id="story-view")
        yield Question(id="question")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show the first story."""
        self.conversation.border_title = "Conversation"
        self.show_story(0)

    @property
    def conversation(self) -> Conversation:
        """What was asked and answered."""
        return self.query_one(Conversation)

    @property
    def view(self) -> StoryView:
        """The story's side."""
        return self.query_one(StoryView)

    @property
    def pane(self) -> StoryPane:
        """The story's text."""
        return self.query_one(StoryPane)

    @property
    def question(self) -> Question:
        """The line that questions are typed on."""
        return self.query_one(Question)

    @property
    def welcome(self) -> Welcome:
        """What the empty conversation says."""
        return self.query_one(Welcome)

    def say(self, status: str) -> None:
        """Show how things are at the top."""
        self.query_one("#status", Static).update(status)

    # Layout.

    def on_resize(self, event: events.Resize) -> None:
        """One pane at a time where two don't fit."""
        self.set_class(event.size.width < SIDE_BY_SIDE, "-narrow")
        self.set_class(event.size.height < SHORT, "-short")
        self._show_split(self._split)
        hidden = self.conversation if self.shows_story else self.view
        around = () if self.focused is None else self.focused.ancestors_with_self
        if self.is_narrow and hidden in around:
            self.question.focus()

    @property
    def is_narrow(self) -> bool:
        """Whether one pane is shown at a time."""
        return self.has_class("-narrow")

    @property
    def shows_story(self) -> bool:
        """Whether the story is on screen."""
        return not self.is_narrow or self.has_class("-story")

    def action_flip(self) -> None:
        """Between the story and the conversation."""
        if self.is_narrow:
            self.toggle_class("-story")
        to_story = self.has_class("-story") if self.is_narrow else not self.pane.has_focus
        (self.pane if to_story else self.question).focus()

    def action_split(self, step: int) -> None:
        """Move the line between the panes."""
        self._show_split(self._split + step)
        self._keep_split()

    @on(Splitter.Dragged)
    def _on_dragged(self, event: Splitter.Dragged) -> None:
        self._show_split(round(100 * event.column / max(1, self.size.width)))

    def _show_split(self, percent: int) -> None:
        self._split = within(percent)
        self.conversation.styles.width = "1fr" if self.is_narrow else f"{self._split}%"

    @on(Splitter.LetGo)
    def _keep_split(self) -> None:
        self.chat_app.remember(replace(self.chat_app.state, split=self._split))

    def action_page(self, direction: int) -> None:
        """Scroll what is on screen by a page, without leaving the question."""
        shown = self.pane if self.shows_story else self.conversation
        shown.scroll_relative(y=direction * max(1, shown.size.height - 2), animate=False)

    def action_type_question(self) -> None:
        """Go to the question."""
        self.question.focus()

    def on_key(self, event: events.Key) -> None:
        """What is typed on no field and is no key of what has the focus begins a question."""
        typed = event.character if event.is_printable else None
        if typed and not isinstance(self.focused, Input) and event.key not in self.active_bindings:
            event.stop()
            self.question.focus()
            self.question.insert_text_at_cursor(typed)

    # Stories.

    def show_story(self, number: int) -> None:
        """Show an open story; questions go to it from here on."""
        self.current = number
        story = self.stories[number]
        count = f" {number + 1} of {len(self.stories)}" if len(self.stories) > 1 else ""
        self.view.show(story, f"Story{count}")
        self.query_one("#title", Static).update(story.document.title)

    def action_next_story(self) -> None:
        """Go to the next of the open stories."""
        if len(self.stories) > 1:
            self.show_story((self.current + 1) % len(self.stories))

    # Answers and their places.

    def shown(self, exchange: Exchange) -> Content:
        """The exchange for the screen."""
        document = self.stories[exchange.story].document
        name = document.title if len(self.stories) > 1 else ""
        return content(exchange, document, numbers=self.chat_app.state.numbers, name=name)

    def draw(self, exchange: Exchange) -> None:
        """Draw an exchange again."""
        self.conversation.redraw(exchange, self.shown(exchange))

    @property
    def selected(self) -> Exchange | None:
        """The selected exchange; the last while none is."""
        return self.conversation.selected or self.conversation.beside(0)

    def select(self, exchange: Exchange) -> None:
        """Select an exchange and take the story to its place."""
        self.conversation.select(exchange)
        if exchange.turn is not None:
            if exchange.story != self.current:
                self.show_story(exchange.story)
            self.pane.mark(*exchange.place)

    @on(ExchangeView.Clicked)
    def _on_clicked(self, event: ExchangeView.Clicked) -> None:
        self.select(event.exchange)

    def action_select(self, step: int) -> None:
        """Select the answer before or after."""
        if exchange := self.conversation.beside(step):
            self.select(exchange)

    def action_go_to_span(self) -> None:
        """Show the selected answer's place in the story."""
        if exchange := self.selected:
            self.add_class("-story")
            self.select(exchange)
            self.pane.focus()

    def action_runner_up(self) -> None:
        """Show the next candidate, or after an abstention the next nearest passage."""
        exchange = self.selected
        if exchange is not None and exchange.choices > 1:
            exchange.chosen = (exchange.chosen + 1) % exchange.choices
            self.draw(exchange)
            self.select(exchange)

    def action_numbers(self) -> None:
        """Say confidence in numbers too, or no longer."""
        state = self.chat_app.state
        self.chat_app.remember(replace(state, numbers=not state.numbers))
        for exchange in self.conversation.exchanges:
            self.draw(exchange)

    def action_why(self) -> None:
        """What was retrieved and read for the selected answer."""
        exchange = self.selected
        if exchange is None or exchange.turn is None:
            self.chat_app.tell("Ask something first; then this shows why it was answered so.")
        else:

            def chosen(place: Place | None) -> None:
                if place is not None:
                    self.add_class("-story")
                    self.show_story(exchange.story)
                    self.pane.mark(*place)
                    self.pane.focus()

            self.app.push_screen(
                WhyScreen(exchange.turn, self.stories[exchange.story].document), chosen
            )

    # Finding and help.

    def action_find(self) -> None:
        """Open the find bar under the story."""
        self.add_class("-story")
        self.view.find()

    def action_find_next(self, step: int) -> None:
        """Go to the next match (1) or the one before (-1)."""
        self.view.find_next(step)

    def action_help(self) -> None:
        """The keys."""
        self.app.push_screen(HelpScreen(self.chat_app.config.keys))
