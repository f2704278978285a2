"""A chat as a file to keep or text to copy: Markdown, JSON, and by export_html a web page."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from index.documents import Document, clean
from index.errors import StorychatError
from index.files import write_whole
from tui.chat_records import Chat, SavedTurn
from tui.export_html import in_its_sentence, page
from tui.files import reason
from tui.wording import NOT_SAID, sure

_MARKUP = re.compile(r"(?=[\\`*_{}\[\]<>#|~!&])|(?<![^ ])(?=[-+=] )|(?<=\d)(?=[.)](?: |$))")


class ExportError(StorychatError):
    """A chat that cannot be exported."""

    title = "Can't export the chat"


def export(chat: Chat, documents: Sequence[Document], path: Path) -> None:
    """Write the chat to the path, as its suffix says: .md, .json or .html.

    documents: those of its stories that are at hand; the page shows them with the answers
    highlighted. Raises ExportError as check does, or when the file can't be written; what was
    there before is then as it was.
    """
    check(path, documents)
    try:
        write_whole(path, _FORMATS[path.suffix.lower()](chat, documents))
    except OSError as error:
        raise ExportError(f"{clean(str(path))} can't be written: {reason(error)}.") from error


def check(path: Path, documents: Sequence[Document]) -> None:
    """Raise ExportError for an unknown suffix, or for a file that one of the documents is from."""
    if path.suffix.lower() not in _FORMATS:
        raise ExportError(f"{clean(path.name)} ends in none of {', '.join(_FORMATS)}.")
    for document in documents:
        if document.source and _is_same_file(path, Path(document.source)):
            title = clean(document.title)
            raise ExportError(
                f"{clean(path.name)} is the story “{title}” itself; take another name."
            )


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is gone, or the working folder is
        return one == other


def answer_text(turn: SavedTurn) -> str:
    """The answer's words, to copy."""
    return NOT_SAID if turn.answer is None else turn.answer.text


def answer_with_citation(turn: SavedTurn) -> str:
    """The answer, the sentence it stands in, the story's title and the place, to copy."""
    if turn.answer is None:
        return f"{NOT_SAID}\n— {turn.story.title}"
    return f"{turn.answer.text}\n“{_line(turn.answer.quote)}”\n— {citation(turn)}"


def citation(turn: SavedTurn) -> str:
    """Where the answer stands: "Title, passage 2 of 7"; the title alone without an answer."""
    if turn.answer is None:
        return turn.story.title
    return f"{turn.story.title}, passage {turn.answer.passage} of {turn.passages}"


def plain(chat: Chat) -> str:
    """The whole chat as plain text, to copy."""
    turns = (f"> {_line(turn.question)}\n{answer_with_citation(turn)}" for turn in chat.turns)
    return "\n\n".join((chat.name, *turns)) + "\n"


def markdown(chat: Chat, documents: Sequence[Document] = ()) -> str:
    """The chat as Markdown, with each answer in bold in its sentence. Nothing in it is markup."""
    parts = [f"# {_quoted(chat.name)}", f"{_quoted(chat.story.title)}, asked {chat.created[:10]}"]
    for turn in chat.turns:
        parts.append(f"## {_quoted(turn.question)}")
        if turn.answer is None:
            parts += [NOT_SAID, f"— {_quoted(citation(turn))}"]
            continue
        before, words, after = (_quoted(part, edges=True) for part in in_its_sentence(turn))
        parts += [
            f"**{_quoted(turn.answer.text)}**",
            f"> {before.lstrip()}**{words}**{after.rstrip()}",
            f"— {_quoted(citation(turn))} · {sure(turn.confidence)}",
        ]
    return "\n\n".join(parts) + "\n"


def as_json(chat: Chat, documents: Sequence[Document] = ()) -> str:
    """The chat as one JSON object; every span carries its place in the story."""
    kept = asdict(chat)
    kept = {key: kept[key] for key in ("id", "name", "created", "story", "turns")}
    text = json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "replace").decode("utf-8")


def _quoted(text: str, edges: bool = False) -> str:
    """The text on one line, every character that Markdown could take for markup escaped.

    edges: keep the white space around it, as one space.
    """
    line = re.sub(r"\s+", " ", clean(f"|{text}|")[1:-1]) if edges else _line(text)
    return _MARKUP.sub(r"\\", line)


def _line(text: str) -> str:
    return " ".join(clean(text).split())


_FORMATS: dict[str, Callable[[Chat, Sequence[Document]], str]] = {
    ".md": markdown,
    ".json": as_json,
    ".html": page,
}
