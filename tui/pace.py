"""How long reading a story will still take, judged by how fast it has gone so far."""

from collections.abc import Callable
from time import monotonic

# Sooner, one slow beginning would be taken for the pace of the whole.
_JUDGED_AFTER = 2.0


class Pace:
    """Told how much is done, says how many seconds are left."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._began: tuple[float, int] | None = None

    def left(self, done: int, total: int) -> float | None:
        """The seconds left; None while that can't be judged, or when nothing is."""
        now = self._clock()
        if self._began is None:
            self._began = (now, done)
        since, already = now - self._began[0], done - self._began[1]
        if since < _JUDGED_AFTER or already <= 0 or done >= total:
            return None
        return since / already * (total - done)
