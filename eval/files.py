"""Writing what a user asked for, with one sentence when that cannot be done."""

import os
import tempfile
from pathlib import Path

from index.errors import StorychatError
from index.files import write_whole


class OutputError(StorychatError):
    """A file that cannot be written."""

    title = "Can't write the file"


def check_writable(path: Path) -> None:
    """Raise OutputError when a file could not be written there; leaves nothing behind."""
    try:
        if path.is_dir():
            raise OutputError(f"{path} is a folder; name a file in it.")
        with tempfile.TemporaryFile(dir=Path(os.path.realpath(path)).parent):
            pass
    except OSError as error:
        raise _error(path, error) from error


def write_text(path: Path, text: str) -> None:
    """Write the text whole or not at all. Raises OutputError."""
    check_writable(path)
    try:
        write_whole(path, text)
    except OSError as error:
        raise _error(path, error) from error


def _error(path: Path, error: OSError) -> OutputError:
    reason = (error.strerror or "it is not writable").lower()
    return OutputError(f"{path} can't be written: {reason}.")
