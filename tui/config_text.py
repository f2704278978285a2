"""The configuration as a commented TOML file, and changing one setting of the user's file."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from index.documents import clean
from index.files import write_whole
from tui.config import SETTINGS, Config, ConfigError, config_path, parse
from tui.config_lines import lines_of
from tui.files import reason

_HEAD = (
    "# storychat's configuration. A line that begins with # shows a default that is in force;\n"
    "# take the # away to change it.\n"
)
_THEME = re.compile(r"^#\s*theme\s*=.*$", re.MULTILINE)
_FIRST_STATEMENT = re.compile(r"^(?!\s*(?:#|$))", re.MULTILINE)


def render(config: Config, bindings: Mapping[str, tuple[str, str]] | None = None) -> str:
    """The configuration as TOML that loads as the same one; defaults are commented out.

    bindings: each action's own keys and what it does, by its id, to show under [keys].
    """
    default = Config()
    parts = [_HEAD]
    for table in ("", "keys", *dict.fromkeys(one.table for one in SETTINGS if one.table)):
        lines = [f"[{table}]"] if table else []
        if table == "keys":
            lines += _key_lines(config.keys, bindings or {})
        for one in SETTINGS:
            if one.table != table:
                continue
            value = getattr(config, one.field)
            # None is the reader's own threshold, which has no value to show here.
            shown = f"{one.name} = {_toml(0.0 if value is None else value)}"
            lines.append(f"# {one.means}")
            if one.most:
                lines.append(f"# From {one.least:g} to {one.most:g}.")
            if value is None:
                lines.append("# Without it, the one chosen with the reader's weights.")
            lines.append(f"# {shown}" if value == getattr(default, one.field) else shown)
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def save_theme(name: str, path: Path | None = None) -> None:
    """Set the theme in the user's file and leave the rest of it as it is. Raises ConfigError."""
    path = path or config_path()
    try:
        text = path.read_bytes().decode() if path.exists() else ""
        parse(text, path)
        write_whole(path, with_theme(text, name))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{clean(str(path))} is not UTF-8 text.") from error
    except OSError as error:
        raise ConfigError(f"{clean(str(path))} can't be written: {reason(error)}.") from error


def with_theme(text: str, name: str) -> str:
    """A valid configuration's text with the theme set, and nothing else changed."""
    setting = f"theme = {_toml(name)}"
    first, last = lines_of(text, ["theme"])
    lines = text.split("\n")
    if lines[first - 1].lstrip().startswith(("theme", '"theme"', "'theme'")):
        return "\n".join([*lines[: first - 1], setting, *lines[last:]])
    shown = _THEME.search(text)
    statement = _FIRST_STATEMENT.search(text)
    at = statement.start() if statement else len(text)
    if shown and shown.start() < at:
        return text[: shown.start()] + setting + text[shown.end() :]
    gap = "\n" if text[:at] and not text[:at].endswith("\n") else ""
    return f"{text[:at]}{gap}{setting}\n{text[at:]}"


def _key_lines(keys: Mapping[str, str], bindings: Mapping[str, tuple[str, str]]) -> list[str]:
    lines = ["# Keys for what the chat does, separated by commas, such as ctrl+f, f3, slash or G."]
    for action, (own, what) in bindings.items():
        if action not in keys:
            lines.append(f"# {_key(action)} = {_toml(own)}  # {what}")
    return lines + [f"{_key(action)} = {_toml(value)}" for action, value in keys.items()]


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _toml(value: Any) -> str:
    if isinstance(value, str | Path):
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
