"""The configuration file: what can be set, read from TOML and checked with line numbers."""

import difflib
import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path

from index import store
from index.documents import clean
from index.errors import StorychatError
from index.passages import OVERLAP_WORDS, PASSAGE_WORDS
from qa.pipeline import PASSAGES_READ
from tui.config_lines import lines_of, syntax_error
from tui.files import reason
from tui.key_clashes import clash
from tui.key_names import unknown_key


class ConfigError(StorychatError):
    """A configuration file that cannot be read or used."""

    title = "Can't use the configuration"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force.

    keys: key names, separated by commas, by the id of what they do; what is not in it keeps its
    own keys. null_threshold: None for the one that was chosen with the reader's weights.
    """

    theme: str = "lamp"
    keys: Mapping[str, str] = field(default_factory=dict)
    passage_words: int = PASSAGE_WORDS
    passage_overlap: int = OVERLAP_WORDS
    passages_read: int = PASSAGES_READ
    null_threshold: float | None = None
    data_folder: Path = field(default_factory=lambda: user_data_path("storychat"))
    cache_folder: Path = field(default_factory=store.folder)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its table ("" at the top), name, Config field, kind, range and meaning."""

    table: str
    name: str
    field: str
    kind: type
    means: str
    least: float = 0
    most: float = 0


SETTINGS = (
    Setting("", "theme", "theme", str, "The chat's colours; its palette lists the names."),
    Setting("passages", "words", "passage_words", int, "Words in a passage, at most.", 20, 1000),
    Setting("passages", "overlap", "passage_overlap", int, "Words that neighbours share.", 0, 999),
    Setting("passages", "read", "passages_read", int, "Passages read for a question.", 1, 100),
    Setting(
        "reader",
        "null_threshold",
        "null_threshold",
        float,
        "Higher answers more, lower says more often that the story doesn't say.",
        -100,
        100,
    ),
    Setting("folders", "data", "data_folder", Path, "Keeps your chats and questions."),
    Setting("folders", "cache", "cache_folder", Path, "Keeps stories made ready; may be deleted."),
)
_TABLES = ("keys", *dict.fromkeys(one.table for one in SETTINGS if one.table))


def config_path() -> Path:
    """Where the configuration is: the file that STORYCHAT_CONFIG names, else the user's own.

    Raises ConfigError for a name that begins with "~" and a user there is not.
    """
    named = os.environ.get("STORYCHAT_CONFIG")
    if not named:
        return user_config_path("storychat") / "config.toml"
    try:
        return Path(named).expanduser()
    except RuntimeError as error:
        raise ConfigError(f"STORYCHAT_CONFIG: {_homeless(clean(named))}.") from error


def load(
    path: Path | None = None,
    actions: Mapping[str, Mapping[str, str]] | None = None,
    themes: Collection[str] | None = None,
) -> Config:
    """The configuration of the file; all defaults where no path is given and there is no file.

    actions: what [keys] may name, with its own keys, by the place where they work, as
    key_clashes.clash has it. themes: what theme may be. None takes any. Raises ConfigError: one
    sentence with the file and, for what is in it, the line.
    """
    given, path = path, path or config_path()
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError as error:
        if given is None:
            return Config()
        raise ConfigError(f"There is no file {clean(str(path))}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{clean(str(path))} is not UTF-8 text.") from error
    except OSError as error:
        raise ConfigError(f"{clean(str(path))} can't be read: {reason(error)}.") from error
    return parse(text, path, actions, themes)


def parse(
    text: str,
    path: Path,
    actions: Mapping[str, Mapping[str, str]] | None = None,
    themes: Collection[str] | None = None,
) -> Config:
    """The configuration of a file's text; as load. Folders count from the path's folder."""
    name = clean(str(path))
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line, what = syntax_error(text, error)
        raise ConfigError(f"{name}, line {line}: {what}.") from error
    try:
        return _checked(table, path.parent, actions, themes)
    except _WrongError as wrong:
        line = lines_of(text, wrong.keys)[0]
        raise ConfigError(f"{name}, line {line}: {clean(wrong.what)}.") from None


class _WrongError(Exception):
    """What is wrong with the value of a key, given with its tables' names."""

    def __init__(self, what: str, *keys: str) -> None:
        super().__init__(what)
        self.what, self.keys = what, keys


def _checked(
    table: Mapping[str, Any],
    folder: Path,
    actions: Mapping[str, Mapping[str, str]] | None,
    themes: Collection[str] | None,
) -> Config:
    top = [one.name for one in SETTINGS if not one.table]
    for name, value in table.items():
        if name not in _TABLES:
            _known(name, (*top, *_TABLES), "setting", name)
        elif not isinstance(value, dict):
            raise _WrongError(f"{name} must be a table, as in [{name}]", name)
        elif name != "keys":
            for key in value:
                names = [one.name for one in SETTINGS if one.table == name]
                _known(key, names, f"setting in [{name}]", name, key)
    values: dict[str, Any] = {"keys": _keys(table.get("keys", {}), actions)}
    for one in SETTINGS:
        within = table.get(one.table, {}) if one.table else table
        if one.name in within:
            values[one.field] = _value(one, within[one.name], folder)
    if themes is not None and "theme" in values:
        _known(values["theme"], themes, "theme", "theme")
    config = Config(**values)
    if config.passage_overlap >= config.passage_words:
        key = "overlap" if "passage_overlap" in values else "words"
        raise _WrongError(
            f"passages.overlap ({config.passage_overlap}) must be less than passages.words "
            f"({config.passage_words})",
            "passages",
            key,
        )
    return config


def _value(one: Setting, value: Any, folder: Path) -> Any:
    path = [one.table, one.name] if one.table else [one.name]
    wanted = {
        str: "a text in quotes",
        Path: "a folder's path in quotes",
        int: f"a whole number from {one.least:g} to {one.most:g}",
        float: f"a number from {one.least:g} to {one.most:g}",
    }[one.kind]
    wrong = _WrongError(f"{'.'.join(path)} must be {wanted}, not {_shown(value)}", *path)
    if one.kind in (str, Path):
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            raise wrong
        if one.kind is str:
            return value
        try:
            return folder / Path(value).expanduser()
        except RuntimeError:
            raise _WrongError(f"{'.'.join(path)}: {_homeless(value)}", *path) from None
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and not (one.kind is float and isinstance(value, float)):
        raise wrong
    # Neither infinity nor "not a number" is in any range.
    if not one.least <= value <= one.most:
        raise wrong
    return one.kind(value)


def _keys(
    table: Mapping[str, Any], actions: Mapping[str, Mapping[str, str]] | None
) -> dict[str, str]:
    kept: dict[str, str] = {}
    for action, value in table.items():
        if actions is not None:
            names = [name for group in actions.values() for name in group]
            _known(action, names, "action in [keys]", "keys", action)
        if not isinstance(value, str):
            what = f'keys.{action} must be keys in quotes, as in "ctrl+f,f3", not {_shown(value)}'
            raise _WrongError(what, "keys", action)
        names = [name.strip() for name in value.split(",")]
        for name in filter(unknown_key, names):
            what = f"there is no key “{name}”; keys are named like ctrl+f, f3, slash or G"
            raise _WrongError(what, "keys", action)
        kept[action] = ",".join(names)
    wrong = clash(actions, kept) if actions is not None else None
    if wrong is not None:
        raise _WrongError(wrong[1], "keys", wrong[0])
    return kept


def _known(name: str, names: Collection[str], what: str, *keys: str) -> None:
    if name in names:
        return
    near = difflib.get_close_matches(name.lower(), names, 1, 0.5)
    raise _WrongError(
        f"there is no {what} “{name}”{f'; the nearest is {near[0]}' if near else ''}", *keys
    )


def _homeless(name: str) -> str:
    return f"there is no home folder for “{name}”"


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return f"“{value}”"[:60] if isinstance(value, str) else str(value).lower()[:60]
