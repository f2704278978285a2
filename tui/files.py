"""Lines of JSON that survive a kill, and why a file could not be used."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def append_line(path: Path, record: Any) -> None:
    """Append the record as a line of JSON and wait until the disk has it. Raises OSError.

    A new file is its owner's alone. A line that a kill cut short is closed first, so that it
    spoils only itself.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = as_lines([record]).encode()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "rb+", buffering=0) as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                lines = b"\n" + lines
        while lines:
            lines = lines[file.write(lines) :]
        os.fsync(file.fileno())


def as_lines(records: Iterable[Any]) -> str:
    """The records as lines of JSON."""
    return "".join(json.dumps(record) + "\n" for record in records)


def read_lines(path: Path) -> tuple[list[Any], int]:
    """The records of a file of JSON lines, and how many damaged lines were passed over.

    Raises OSError when the file cannot be read.
    """
    records: list[Any] = []
    damaged = 0
    for line in path.read_bytes().split(b"\n"):
        if not line.strip():
            continue
        try:
            records.append(json.loads(line.decode()))
        except (ValueError, RecursionError):
            damaged += 1
    return records, damaged


def reason(error: OSError) -> str:
    """Why a file can't be read or written, to follow a colon in a sentence."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "what should be a folder is a file"
    return (error.strerror or str(error) or type(error).__name__).lower()
