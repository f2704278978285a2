"""The questions that wait for an answer: one is asked at a time, in order."""

from collections import deque
from collections.abc import Callable

from tui.exchange import Exchange


class Waiting:
    """Those waiting, and the one that is being answered."""

    def __init__(self) -> None:
        self._line: deque[Exchange] = deque()
        self.asked: Exchange | None = None

    def add(self, exchange: Exchange) -> None:
        """Put a question at the end."""
        self._line.append(exchange)

    def on(self, story: int) -> list[Exchange]:
        """Those in line that were put to this story, perhaps among others."""
        return [one for one in self._line if story in one.stories]

    def take(self, is_due: Callable[[Exchange], bool]) -> Exchange | None:
        """The first that is due becomes the one asked; None while another is."""
        if self.asked is None:
            self.asked = next((one for one in self._line if is_due(one)), None)
            if self.asked is not None:
                self._line.remove(self.asked)
                return self.asked
        return None

    def done(self, ticket: int) -> Exchange | None:
        """The one that was asked under this ticket, now answered; None for a cancelled one."""
        exchange = self.asked
        if exchange is None or exchange.ticket != ticket:
            return None
        self.asked = None
        return exchange

    def cancel(self) -> Exchange | None:
        """Take out the newest: the last in line, else the one asked."""
        if self._line:
            return self._line.pop()
        exchange, self.asked = self.asked, None
        return exchange
