"""The configuration in force, checked against the keys and themes that there are."""

from collections.abc import Iterable
from pathlib import Path

from textual.binding import Binding, BindingType
from textual.theme import BUILTIN_THEMES

from tui import config
from tui.keys import GROUPS
from tui.themes import THEMES


def in_force(path: Path | None = None) -> config.Config:
    """The configuration, from the user's file unless another is named. Raises ConfigError."""
    themes = [*(theme.name for theme in THEMES), *BUILTIN_THEMES]
    return config.load(path, actions=own_keys(), themes=themes)


def own_keys() -> dict[str, dict[str, str]]:
    """Each action's own keys, by the place where they work and the name that [keys] uses."""
    return {
        place: {name: one.key for name, one in _named(group).items()}
        for place, group in GROUPS.items()
    }


def bindings() -> dict[str, tuple[str, str]]:
    """Each action's own keys and what it does, by the name that [keys] uses."""
    return {
        name: (one.key, one.tooltip)
        for group in GROUPS.values()
        for name, one in _named(group).items()
    }


def _named(group: Iterable[BindingType]) -> dict[str, Binding]:
    """The bindings of a group that [keys] can change, by name."""
    return {one.id: one for one in group if isinstance(one, Binding) and one.id}
