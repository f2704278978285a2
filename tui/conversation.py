"""The conversation: what was asked and answered, newest last; one exchange is selected."""

from collections.abc import Sequence

from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
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
        # The exchange at the top with how many of its lines are above it, None if all are in view.
        self._top: tuple[ExchangeView, int] | None = None
        self._is_at_end = False
        self._is_returning = False
        self._measured = Size()

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

    def select(self, exchange: Exchange | None) -> None:
        """Mark an exchange as the selected one and bring it into view; with None, mark none."""
        for view in self._views.values():
            view.set_class(view.exchange is exchange, "-selected")
        self.selected = exchange
        self.call_after_refresh(self._show_selected)

    def _show_selected(self) -> None:
        view = None if self.selected is None else self._views.get(self.selected.ticket)
        if view is None:
            return
        if view.virtual_region:
            self.scroll_to_widget(view, animate=False)
        else:  # the story is shown in place of the conversation
            self._top, self._is_at_end = (view, 0), False

    # Where one is, kept when the pane gets another size or is shown again.

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Remember the place, unless it is only the pane's size that moves it."""
        super().watch_scroll_y(old_value, new_value)
        if not self._is_returning and self.outer_size == self._measured:
            self._remember_place()

    def _remember_place(self) -> None:
        top = round(self.scroll_y)
        views = self._views.values() if self.max_scroll_y else ()
        regions = ((view, view.virtual_region) for view in views)
        self._top = next(((one, top - at.y) for one, at in regions if at.bottom > top), None)
        self._is_at_end = 0 < self.max_scroll_y <= top

    def on_resize(self) -> None:
        """Keep the place."""
        if self._measured != self.outer_size:
            self._measured = self.outer_size
            self.call_after_refresh(self._return_to_place)

    def on_show(self) -> None:
        """Keep the place; there may be another answer in it now."""
        self.call_after_refresh(self._return_to_place)

    def _return_to_place(self) -> None:
        """To what was at the top, or the end; where all was in view, to the selected exchange."""
        self._is_returning = True
        if self._is_at_end:
            self.scroll_end(animate=False, immediate=True)
        elif self._top is None:
            self._show_selected()
        else:
            view, above = self._top
            region = view.virtual_region
            if region:
                y = region.y + min(above, region.height - 1)
                self.scroll_to(y=y, animate=False, immediate=True)
        self._is_returning = False

    def extend(self, exchanges: Sequence[tuple[Exchange, Content]]) -> None:
        """Put the exchanges of a chat at the end and bring it into view; none is selected."""
        views = [ExchangeView(exchange, shown) for exchange, shown in exchanges]
        self._views |= {view.exchange.ticket: view for view in views}
        self.mount(*views)
        self.select(None)
        self.call_after_refresh(self.scroll_end, animate=False)

    def beside(self, step: int) -> Exchange | None:
        """The exchange `step` after the selected one, or the nearest to that there is.

        While none is selected, steps are counted from after the last.
        """
        exchanges = self.exchanges
        if not exchanges:
            return None
        start = len(exchanges) if self.selected is None else exchanges.index(self.selected)
        at = start + step
        return exchanges[max(0, min(at, len(exchanges) - 1))]
