"""On which lines of a TOML text a key or a mistake is."""

import re
import tomllib
from collections.abc import Sequence
from typing import Any

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


def syntax_error(text: str, error: Exception) -> tuple[int, str]:
    """The line of a syntax error, from 1, and what is wrong, without a full stop."""
    if isinstance(error, RecursionError):
        return 1, "too many brackets inside brackets"
    said = str(error)
    place = _PLACE.search(said)
    what = said[: place.start()] if place else said
    line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
    return line, what[:1].lower() + what[1:]


def lines_of(text: str, keys: Sequence[str]) -> tuple[int, int]:
    """The first and last line, from 1, of the statement that sets a key of a valid TOML text.

    keys: the key's name after its tables' names. (1, 1) when the text doesn't set it.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    before = 0
    for end in range(1, len(lines) + 1):
        # A statement is on the lines that turn one valid text into the next.
        try:
            table = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        if _has(table, keys):
            return before + 1, end
        before = end
    return 1, 1


def _has(table: Any, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return True
