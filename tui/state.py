"""What the chat remembers of itself between sessions: its panes, files opened lately."""

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from platformdirs import user_state_path

from index.files import write_whole
from tui.splitter import AT_FIRST, within

_MOST_RECENT = 12


@dataclass(frozen=True, slots=True)
class State:
    """Remembered, not configured.

    split: the conversation's share of the width in percent. numbers: confidence is said in
    numbers too. recent: paths, the last opened first.
    """

    split: int = AT_FIRST
    numbers: bool = False
    recent: tuple[str, ...] = ()


def default_path() -> Path:
    """Where it is kept."""
    return user_state_path("storychat") / "state.json"


def load(path: Path) -> State:
    """What was remembered; anything missing or damaged is as at first."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        told = {one.name: kept[one.name] for one in fields(State) if one.name in kept}
        state = State(**{**told, "recent": tuple(map(str, told.get("recent", ())))})
        return replace(
            state,
            split=within(int(state.split)),
            numbers=state.numbers is True,
        )
    except (OSError, ValueError, TypeError, OverflowError, RecursionError):
        return State()


def save(path: Path, state: State) -> None:
    """Remember; a disk that can't be written is no reason to stop."""
    try:
        write_whole(path, json.dumps(asdict(state), indent=1) + "\n", 0o600)
    except OSError:
        return


def opened(state: State, source: str) -> State:
    """The state after a file was opened."""
    if not source:
        return state
    recent = (source, *(one for one in state.recent if one != source))
    return replace(state, recent=recent[:_MOST_RECENT])
