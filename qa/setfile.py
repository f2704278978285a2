"""A question set's file as rows: gunzipped, decoded, JSON lines or SQuAD's nested JSON."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import StorychatError

MAX_BYTES = 300_000_000


class FormatError(StorychatError):
    """The file is not what it should be; the message names the place."""

    title = "Can't read the set"


def read_text(path: Path) -> str:
    """A UTF-8 file as text, gunzipped when its name ends in .gz.

    Raises FormatError when it is neither or cannot be read.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise FormatError(f"There is no file {path}.") from error
    except IsADirectoryError as error:
        raise FormatError(f"{path.name} is a folder; name a set in it.") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FormatError(f"{path.name} is a damaged gzip file.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a readable file"
        raise FormatError(f"{path.name} can't be opened: {reason.lower()}.") from error
    if len(data) > MAX_BYTES:
        raise FormatError(f"{path.name} is larger than {MAX_BYTES // 10**6} MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{path.name} is not UTF-8 text.") from error


def short_name(path: Path) -> str:
    """A set's or model's folder and name, the same on every machine that has them."""
    return f"{path.absolute().parent.name}/{path.name}"


def rows(text: str, name: str) -> Iterator[tuple[str, Any]]:
    """(place, row) of a set's text: SQuAD's questions one by one, else its JSON lines.

    place is "line 3" or "article 1, paragraph 2". A text that is one JSON value is one row.
    Raises FormatError for what is not JSON.
    """
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict) and isinstance(whole.get("data"), list):
        yield from _squad_rows(whole["data"], name)
    elif whole is not None:
        yield "line 1", whole
    else:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    yield f"line {number}", json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise FormatError(f"{name}, line {number} is not JSON.") from error


def _squad_rows(data: list[Any], name: str) -> Iterator[tuple[str, Any]]:
    for a, article in enumerate(data, 1):
        place = f"article {a}"
        try:
            for p, paragraph in enumerate(article["paragraphs"], 1):
                place = f"article {a}, paragraph {p}"
                for qa in paragraph["qas"]:
                    yield place, _row(article, paragraph, qa)
        except (KeyError, TypeError, AttributeError) as error:
            raise FormatError(f"{name}, {place} is not in SQuAD's format.") from error


def _row(article: Any, paragraph: Any, qa: Any) -> dict[str, Any]:
    """A question of SQuAD JSON as a row of a reading set."""
    golds = [] if qa.get("is_impossible", False) else qa["answers"]
    return {
        "id": qa["id"],
        "title": article.get("title", ""),
        "context": paragraph["context"],
        "question": qa["question"],
        "answers": [{"text": gold["text"], "start": gold["answer_start"]} for gold in golds],
    }


def writable(text: str) -> str:
    """The text with "?" for each lone surrogate, which JSON can hold and no file or tokenizer.

    Its length stays. Raises AttributeError for what is not text.
    """
    return text.encode("utf-8", "replace").decode("utf-8")
