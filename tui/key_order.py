"""Keys one after another: the next is looked at only when the one before has had its effect.

Textual gives a key to whatever has the focus at that moment. Keys that come close together, over
a slow line or while the models load, would otherwise reach the story before "/" has opened the
find bar, and be lost.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic

from textual import events
from textual.app import App
from textual.dom import DOMNode

# A key that has not been heard of for so long is no longer waited for, in seconds.
_AT_MOST = 5.0


class KeyOrder:
    """Passes keys on to `press`, which says who must handle the key, or None for no one."""

    def __init__(
        self, app: App[int], press: Callable[[events.Key], Awaitable[DOMNode | None]]
    ) -> None:
        self._app, self._press = app, press
        self._waiting: deque[events.Key] = deque()
        self._since: float | None = None

    async def take(self, key: events.Key) -> None:
        """Press the key as soon as those before it have had their effect."""
        self._waiting.append(key)
        if self._since is None or monotonic() - self._since > _AT_MOST:
            await self._go_on()

    async def _go_on(self) -> None:
        self._since = None
        while self._waiting and self._since is None:
            key = self._waiting.popleft()
            target = await self._press(key)
            if target is not None:
                self._since = monotonic()
                self._follow(key, target)

    def _follow(self, key: events.Key, node: DOMNode) -> None:
        """Wait until the node has handled the key; where it isn't stopped it goes on to the parent.

        At the end come two steps: behind the key, then behind what it asked of the app, such as
        another focus.
        """
        parent = node.parent
        if parent is None or key._stop_propagation:
            self._app.call_later(self._app.call_later, self._go_on)
        elif not node.call_later(self._follow, key, parent):
            self._app.call_later(self._go_on)
