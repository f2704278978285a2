"""How keys are named in the configuration: as the terminal library names them."""

import string
import unicodedata

_MODIFIERS = ("ctrl", "shift", "alt", "super", "meta", "hyper")
_NAMED = frozenset(
    "up down left right home end pageup pagedown insert delete "
    "backspace tab backtab enter escape space".split()
) | {f"f{number}" for number in range(1, 25)}
_RENAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


def _mark_name(character: str) -> str:
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name)


_MARKS = frozenset(map(_mark_name, string.punctuation))


def unknown_key(name: str) -> bool:
    """Whether no key has this name, such as "ctrl+f", "f3", "question_mark" or "G"."""
    *modifiers, key = name.split("+")
    if not set(modifiers) <= set(_MODIFIERS):
        return True
    if len(key) == 1:
        return not key.isalnum()
    return key not in _NAMED and key not in _MARKS


def is_typed(name: str) -> bool:
    """Whether the key with this name writes a character, such as "G", "space" or "slash"."""
    *modifiers, key = name.split("+")
    return set(modifiers) <= {"shift"} and (len(key) == 1 or key == "space" or key in _MARKS)
