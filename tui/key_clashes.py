"""Configured keys that would take another key's place."""

from collections.abc import Iterator, Mapping
from itertools import product

from tui.key_names import is_typed

_EDITING = frozenset("enter backspace delete tab backtab up down left right".split())


def clash(
    groups: Mapping[str, Mapping[str, str]], changed: Mapping[str, str]
) -> tuple[str, str] | None:
    """The first changed action whose keys can't be its own, and why; None when all can.

    groups: each action's own keys by the place where they work. Those of the first group work
    anywhere, those of the second while a question is typed.
    """
    anywhere, typing = list(groups)[:2]
    place = {action: group for group, actions in groups.items() for action in actions}
    own = {action: keys for actions in groups.values() for action, keys in actions.items()}
    taken = {action: keys for action, keys in own.items() if action not in changed}
    for action, keys in changed.items():
        here = place[action]
        for key in _split(keys):
            if here in (anywhere, typing) and (
                is_typed(key) or key == "backspace" or (here == anywhere and key in _EDITING)
            ):
                return action, f"{action} can't have {key}, which is needed for typing"
        for other, others in taken.items():
            if here != place[other] and anywhere not in (here, place[other]):
                continue
            for key, same in product(_split(keys), _split(others)):
                if _parts(key) == _parts(same):
                    what = f"{action} can't have {key}, which is {other}'s"
                    return action, f"{what}; give one of them another key"
        taken[action] = keys
    return None


def _split(keys: str) -> Iterator[str]:
    return (key.strip() for key in keys.split(","))


def _parts(key: str) -> tuple[frozenset[str], str]:
    """The modifiers, whose order means nothing, and the key."""
    *modifiers, name = key.split("+")
    return frozenset(modifiers), name
