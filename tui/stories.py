"""From files to documents: those named on the command line, and those opened in the chat."""

from collections.abc import Sequence
from pathlib import Path

from index import documents
from index.documents import Document, bundled, load
from index.errors import DocumentError


def read_stories(paths: Sequence[str]) -> list[Document]:
    """The documents of the named files ("-" is standard input); the bundled one for none.

    Raises DocumentError for the first that cannot be read.
    """
    if list(paths).count("-") > 1:
        raise DocumentError("Standard input holds one story; name - once.")
    return [load(path) for path in paths] or [bundled()]


def is_readable(name: str) -> bool:
    """Whether a file of this name may be a story, by its suffix."""
    from index import formats

    suffix = Path(name).suffix.lower()
    return suffix in (*documents.SUFFIXES, *formats.SUFFIXES) and not name.startswith(".")
