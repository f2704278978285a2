"""Writing a file whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path

from index.errors import StorychatError


class OutputError(StorychatError):
    """A file that cannot be written."""

    title = "Can't write the file"


def check_writable(path: Path) -> None:
    """Raise OutputError when a file could not be written there; leaves nothing behind."""
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file in it.")
    try:
        with tempfile.TemporaryFile(dir=path.absolute().parent):
            pass
    except OSError as error:
        raise _error(path, error) from error


def write_whole(path: Path, text: str) -> None:
    """Write the text by a temporary file beside the path and a rename. Raises OutputError."""
    path = Path(os.path.realpath(path))
    name = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=".storychat-", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException as error:
        if name is not None:
            with contextlib.suppress(OSError):
                Path(name).unlink()
        if isinstance(error, OSError):
            raise _error(path, error) from error
        raise


def _error(path: Path, error: OSError) -> OutputError:
    reason = (error.strerror or "it is not writable").lower()
    return OutputError(f"{path} can't be written: {reason}.")
