"""The command palette: every key's action by name, and what has no key."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from tui.keys import CHAT, first_key

# Not worth a line in the palette: they make sense as keys only.
_KEYS_ONLY = {"palette", "cancel", "find_next", "find_previous", "quit", "suspend"}


def commands(screen: Screen[None], changed: Mapping[str, str]) -> Iterable[SystemCommand]:
    """The chat's commands, as the palette lists them; `changed` has the keys set, by id."""
    for binding in CHAT:
        if not isinstance(binding, Binding) or binding.id in _KEYS_ONLY:
            continue
        key = first_key(binding.id or "", changed)
        yield SystemCommand(binding.tooltip, key, _runner(screen, binding.action))
    yield SystemCommand(
        "Copy the answer with its sentence and place",
        f"{first_key('chat_cite', changed)} in the conversation",
        _runner(screen, "copy_citation"),
    )
    yield SystemCommand(
        "Copy the whole chat",
        f"{first_key('chat_copy_all', changed)} in the conversation",
        _runner(screen, "copy_chat"),
    )


def _runner(screen: Screen[None], action: str) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await screen.run_action(action)

    return run
