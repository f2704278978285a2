"""Chats kept as they go: one append-only file of JSON lines for each, safe against a kill.

The first line names the chat and its story; every later line is a turn or a new name.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.documents import Document
from index.errors import StorychatError
from index.files import write_whole
from tui.chat_records import (
    Chat,
    SavedTurn,
    head_record,
    now,
    read_story,
    read_text,
    read_turn,
    story_of,
    turn_record,
)
from tui.files import append_line, as_lines, read_lines, reason


class ChatError(StorychatError):
    """A chat that cannot be kept or read."""

    title = "Can't keep the chat"


@dataclass(frozen=True, slots=True)
class Listing:
    """Chats, newest first, and one sentence about each file that could not be read."""

    chats: tuple[Chat, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A chat found by a search, and the numbers (from 0) of its turns that match."""

    chat: Chat
    turns: tuple[int, ...]


def start(folder: Path, document: Document, name: str = "") -> Chat:
    """A new chat, named after its story unless named. Nothing is written before its first turn."""
    created = now()
    identity = f"{created[:19].translate(dict.fromkeys(map(ord, '-:')))}-{secrets.token_hex(4)}"
    path = folder / f"{identity}.jsonl"
    return Chat(identity, name or document.title, story_of(document), created, path)


def append(chat: Chat, turn: SavedTurn) -> Chat:
    """The chat with one more turn, which is on the disk on return.

    A chat whose file is gone is written anew, whole. Raises ChatError when it can't be written,
    the chat given being still good.
    """
    longer = replace(chat, turns=(*chat.turns, turn))
    _write(longer, turn_record(turn))
    return longer


def rename(chat: Chat, name: str) -> Chat:
    """The chat under another name. Raises ChatError when the name is blank or can't be written."""
    if not name.strip():
        raise ChatError("A chat's name can't be blank.")
    renamed = replace(chat, name=" ".join(name.split()))
    if chat.turns or chat.path.exists():
        _write(renamed, {"kind": "name", "name": renamed.name, "time": now()})
    return renamed


def delete(chat: Chat) -> None:
    """Remove the chat's file; one that is gone already is no error. Raises ChatError."""
    try:
        chat.path.unlink(missing_ok=True)
    except OSError as error:
        raise ChatError(f"The chat “{chat.name}” can't be deleted: {reason(error)}.") from error


def load(path: Path) -> Chat:
    """Read a chat's file; damaged lines are passed over. Raises ChatError without a first line."""
    try:
        # A pipe or a device would never end.
        records, damaged = read_lines(path) if path.is_file() else ([], 0)
    except OSError as error:
        raise ChatError(f"{path.name} can't be read: {reason(error)}.") from error
    try:
        head = records[0]
        if head["kind"] != "chat":
            raise ValueError
        chat = Chat(
            path.stem,
            read_text(head["name"]),
            read_story(head["story"]),
            read_text(head["created"]),
            path,
        )
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise ChatError(f"{path.name} is not a chat, or is damaged.") from error
    turns = []
    for record in records[1:]:
        try:
            if record["kind"] == "turn":
                turns.append(read_turn(record))
            elif record["kind"] == "name":
                chat = replace(chat, name=read_text(record["name"]))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            damaged += 1
    return replace(chat, turns=tuple(turns), damaged=damaged)


def list_all(folder: Path) -> Listing:
    """The chats of the folder, those last asked first. Raises nothing: a folder or a file that
    can't be read is one of the problems."""
    chats, problems = [], []
    try:
        paths = sorted(folder.glob("*.jsonl"))
    except OSError as error:
        return Listing((), (f"The chats can't be read: {reason(error)}.",))
    for path in paths:
        try:
            chats.append(load(path))
        except ChatError as error:
            problems.append(error.message)
    chats.sort(key=lambda chat: (chat.updated, chat.id), reverse=True)
    return Listing(tuple(chats), tuple(problems))


def latest(folder: Path, sha256: str) -> Chat | None:
    """The chat last asked of those about the story with this content hash."""
    wanted = sha256.encode()
    try:
        # The first line alone tells; most files need not be parsed.
        found = [path for path in folder.glob("*.jsonl") if wanted in _first_line(path)]
    except OSError:
        return None
    chats = [one for one in _readable(found) if one.story.sha256 == sha256]
    return max(chats, key=lambda chat: (chat.updated, chat.id), default=None)


def search(chats: Sequence[Chat], text: str) -> list[Match]:
    """The chats with every word of the text in one turn's question and answer, or in the name.

    Case is ignored. A chat found by its name alone has no turns in its match; no words are in all.
    """
    words = text.casefold().split()
    matches = []
    for chat in chats:
        turns = tuple(n for n, turn in enumerate(chat.turns) if _has(words, _words_of(turn)))
        if turns or _has(words, chat.name):
            matches.append(Match(chat, turns))
    return matches


def _has(words: list[str], text: str) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)


def _words_of(turn: SavedTurn) -> str:
    return f"{turn.question}\n{turn.answer.text if turn.answer else ''}"


def _readable(paths: list[Path]) -> list[Chat]:
    chats = []
    for path in paths:
        try:
            chats.append(load(path))
        except ChatError:
            continue
    return chats


def _first_line(path: Path) -> bytes:
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.readline(100_000)
    except OSError:
        return b""


def _write(chat: Chat, record: dict[str, Any]) -> None:
    """Append the last change, or write the whole chat where there is no file yet."""
    try:
        if chat.path.exists():
            append_line(chat.path, record)
        else:
            lines = as_lines([head_record(chat), *map(turn_record, chat.turns)])
            write_whole(chat.path, lines, 0o600)
    except OSError as error:
        raise ChatError(
            f"The chat can't be saved in {chat.path.parent}: {reason(error)}."
        ) from error
