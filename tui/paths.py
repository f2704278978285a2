"""Completing a path as it is typed."""

import os
from pathlib import Path

from textual.suggester import Suggester

from tui.stories import is_readable


def completion(typed: str) -> str | None:
    """The typed path completed to the first folder or story that begins so, or None."""
    if typed == "~":
        return "~/"
    folder, _, begun = typed.rpartition("/")
    if not begun and not folder:
        return None
    try:
        place = Path(f"{folder}/" if "/" in typed else ".").expanduser()
        found = sorted(os.scandir(place), key=lambda one: (not one.is_dir(), one.name))
    except (OSError, ValueError, RuntimeError):  # the last for "~" and a name that no user has
        return None
    for entry in found:
        if not entry.name.startswith(begun) or (entry.name.startswith(".") and not begun):
            continue
        if entry.is_dir() or is_readable(entry.name):
            whole = typed[: len(typed) - len(begun)] + entry.name + "/" * entry.is_dir()
            if whole != typed and whole.isprintable():
                return whole
    return None


class PathSuggester(Suggester):
    """Offers the completion in the field."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The completed path."""
        return completion(value)
