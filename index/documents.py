"""Loading a text and cleaning it; every offset from here on refers to the cleaned text."""

import re
import sys
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

from index.errors import DocumentError
from index.files import expanded

MAX_BYTES = 20_000_000
SUFFIXES = (".txt", ".md", ".text", ".markdown", "")

_BUNDLED_TITLE = "Russia sends an actress and a director into space to film a movie"
# Control characters but tab and newline; bidi controls and zero-width characters that could
# restyle or reorder a terminal line. Joiners (200c, 200d) stay: scripts and emoji need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ue000-\uf8ff\U000e0000-\U000e007f]"
)
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_NOT_WHOLE = re.compile("[\0-\x7f\ufffd]+")
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Document:
    """A story: its title and its cleaned text. `source` is the path it came from, or ""."""

    title: str
    text: str
    source: str = ""


def clean(text: str) -> str:
    """Text without control characters, terminal escapes and bidi controls; NFC; \\n line ends.

    Cleaning a cleaned text changes nothing.
    """
    text = _ESCAPE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("\x0b", "\n").replace("\x0c", "\n").replace("\u2028", "\n")
    text = _UNSEEN.sub("", text.replace("\u2029", "\n\n").replace("\x85", "\n"))
    # A lone surrogate cannot be written to a terminal or a file.
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFC", text)
    lines = (line.rstrip() for line in text.expandtabs(4).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def from_text(text: str, title: str, source: str = "") -> Document:
    """A document of a raw text. Raises DocumentError when nothing readable is left of it."""
    cleaned = clean(text)
    if not any(character.isalnum() for character in cleaned):
        raise DocumentError(f"{title} has no words in it.")
    return Document(clean(title).replace("\n", " ") or "Untitled", cleaned, source)


def load(path: str | Path) -> Document:
    """Read a text, Markdown, HTML, PDF, EPUB or Word file; "-" reads standard input.

    The title is the document's own or its opening Markdown heading, else the file's name.
    Raises DocumentError, in one sentence, for anything that cannot be read as a story.
    """
    from index import formats  # it needs clean() from here

    if str(path) == "-":
        name = "standard input"
        data = _read(standard_input(), name)
        known = formats.recognised(data, name)
        if known:
            title, text = formats.convert(Path(name), data, known)
            return from_text(text, title)
        return _decoded(data, name, "")
    path = expanded(path)
    name = clean(path.name).replace("\n", " ") or str(path)
    suffix = path.suffix.lower()
    try:
        if path.is_dir():
            raise DocumentError(f"{name} is a folder; name a text file in it.")
        if suffix not in (*SUFFIXES, *formats.SUFFIXES):
            raise DocumentError(f"{name} is no kind of text that storychat reads.")
        with path.open("rb") as file:
            data = _read(file, name)
        source = str(path.resolve())
    except FileNotFoundError as error:
        raise DocumentError(f"There is no file {clean(str(path))}.") from error
    except PermissionError as error:
        raise DocumentError(f"{name} can't be opened: permission denied.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a readable file"
        raise DocumentError(f"{name} can't be opened: {reason.lower()}.") from error
    if suffix in formats.SUFFIXES:
        title, text = formats.convert(path, data)
        return from_text(text, title, source)
    return _decoded(data, name, source)


def standard_input() -> BinaryIO:
    """Standard input's bytes. Raises DocumentError when the program was started without one."""
    if sys.stdin is None:
        raise DocumentError("Standard input is closed.")
    return sys.stdin.buffer


def bundled() -> Document:
    """The article that comes with storychat, without its newsletter footer."""
    text = (files("index") / "stories" / "soyuz.txt").read_text(encoding="utf-8")
    return from_text(text.partition("Sign up to receive our latest news!")[0], _BUNDLED_TITLE)


def _read(file: BinaryIO, name: str) -> bytes:
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise DocumentError(f"{name} is larger than {MAX_BYTES // 10**6} MB, too long for a story.")
    return data


def _decoded(data: bytes, name: str, source: str) -> Document:
    text = decode(data, name)
    heading = re.match(r"\s*#\s+(\S[^\n]*)", text)
    stem = Path(name).stem.replace("_", " ").replace("-", " ").strip() or name
    try:
        return from_text(text, heading[1] if heading else stem, source)
    except DocumentError as error:
        raise DocumentError(f"{name} {'has no words in it' if data else 'is empty'}.") from error


def decode(data: bytes, name: str) -> str:
    """The bytes as text: by its byte-order mark, as UTF-8 but for a few bytes, else by detection.

    Raises DocumentError when they look like no text at all.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    binary = DocumentError(f"{name} is not text.")
    if b"\x00" in data:
        raise binary
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        # Text in another encoding seldom forms UTF-8's characters by chance.
        if len(_NOT_WHOLE.sub("", text).encode()) < 3 * text.count("\ufffd"):
            # From the first accent on: detection looks at samples only.
            found = _detected(data[max(0, error.start - 1000) :])
            if found is None:
                raise binary from None
            text = data.decode(found, "replace")
    shown = _ESCAPE.sub("", text)
    strange = sum(c == "\ufffd" or (c < " " and c not in "\t\n\r\f\x1b") for c in shown)
    if strange > max(4, 0.05 * len(shown)):
        raise binary
    return text


def _detected(data: bytes) -> str | None:
    """The encoding of a text that is not UTF-8; None when it looks like no text."""
    from charset_normalizer import from_bytes

    if len(data.decode("ascii", "ignore")) > 0.99 * len(data):
        # Too few accents and quotes to tell one code page from another.
        with suppress(UnicodeDecodeError):
            data.decode("cp1252")
            return "cp1252"
    best = from_bytes(data).best()
    return None if best is None else best.encoding
