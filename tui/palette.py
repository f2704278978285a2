"""The command palette: every key's action by name, and what has no key."""

from collections.abc import Awaitable, Callable, Iterable

from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from tui.keys import CHAT, shown_key

# Not worth a line in the palette: they make sense as keys only.
_KEYS_ONLY = {"palette", "cancel", "find_next", "find_previous", "quit"}


def commands(screen: Screen[None]) -> Iterable[SystemCommand]:
    """The chat's commands, as the palette lists them."""
    for binding in CHAT:
        if not isinstance(binding, Binding) or binding.id in _KEYS_ONLY:
            continue
        key = shown_key(binding.key.split(",")[0])
        yield SystemCommand(binding.tooltip, key, _runner(screen, binding.action))
    yield SystemCommand(
        "Copy the answer with its sentence and place",
        "Y in the conversation",
        _runner(screen, "copy_citation"),
    )
    yield SystemCommand(
        "Copy the whole chat", "c in the conversation", _runner(screen, "copy_chat")
    )


def _runner(screen: Screen[None], action: str) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await screen.run_action(action)

    return run
