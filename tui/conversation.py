"""The conversation: what was asked and answered, newest last; one exchange is selected."""

from collections.abc import Sequence

from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.exchange import Exchange
from tui.keys import CONVERSATION


class ExchangeView(Static):
    """One exchange; a click selects it."""

    class Clicked(Message):
        """This exchange was clicked."""

        def __init__(self, exchange: Exchange) -> None:
            super().__init__()
            self.exchange = exchange

    def __init__(self, exchange: Exchange, shown: Content) -> None:
        super().__init__(shown, markup=False)
        self.exchange = exchange

    def on_click(self) -> None:
        """Ask to be selected."""
        self.post_message(self.Clicked(self.exchange))


class Conversation(VerticalScroll, can_focus=True):
    """Exchanges from top to bottom, a welcome while there are none."""

    BINDINGS = CONVERSATION
    FOCUS_ON_CLICK = False  # the mouse points and selects; the keys stay with the question

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._views: dict[int, ExchangeView] = {}
        self.selected: Exchange | None = None

    @property
    def exchanges(self) -> list[Exchange]:
        """All of them, oldest first."""
        return [view.exchange for view in self._views.values()]

    def append(self, exchange: Exchange, shown: Content) -> None:
        """Put an exchange at the end and bring it into view."""
        view = ExchangeView(exchange, shown)
        self._views[exchange.ticket] = view
        self.mount(view)
        self.call_after_refresh(self.scroll_end, animate=False)

    def redraw(self, exchange: Exchange, shown: Content) -> None:
        """Draw an exchange again."""
        view = self._views.get(exchange.ticket)
        if view is not None:
            view.update(shown)

    def drop(self, exchange: Exchange) -> None:
        """Take an exchange out."""
        view = self._views.pop(exchange.ticket, None)
        if view is not None:
            view.remove()
        if self.selected is exchange:
            self.selected = None

    def select(self, exchange: Exchange) -> None:
        """Mark an exchange as the selected one and bring it into view."""
        for view in self._views.values():
            view.set_class(view.exchange is exchange, "-selected")
        self.selected = exchange
        self._show_selected()

    def _show_selected(self) -> None:
        view = None if self.selected is None else self._views.get(self.selected.ticket)
        if view is not None:
            self.call_after_refresh(self.scroll_to_widget, view, animate=False)

    def on_resize(self) -> None:
        """Keep the selected exchange in view."""
        self._show_selected()

    def put_first(self, exchanges: Sequence[tuple[Exchange, Content]]) -> None:
        """Put earlier exchanges above those that are there."""
        views = [ExchangeView(exchange, shown) for exchange, shown in exchanges]
        first = next(iter(self._views.values()), None)
        self.mount(*views, before=first)
        self._views = {view.exchange.ticket: view for view in (*views, *self._views.values())}
        self.call_after_refresh(self.scroll_end, animate=False)

    def beside(self, step: int) -> Exchange | None:
        """The exchange `step` after the selected one, or the nearest to that there is."""
        exchanges = self.exchanges
        if not exchanges:
            return None
        if self.selected is None:
            return exchanges[-1]
        at = exchanges.index(self.selected) + step
        return exchanges[max(0, min(at, len(exchanges) - 1))]
