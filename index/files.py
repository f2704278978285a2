"""Paths as they are typed, and files that are written whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path


def expanded(path: str | Path) -> Path:
    """The path with "~" for a user's home; as it is where there is no such user."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def write_whole(path: Path, content: str | bytes, mode: int = 0o644) -> None:
    """Write the content, text as UTF-8, by a temporary file and a rename.

    The path's folder is made if missing. What a link points to is replaced, not the link, and a
    file keeps its permissions; mode is a new file's. Raises OSError, and then leaves the path as it
    was.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else mode)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
