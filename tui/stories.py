"""From the files named on the command line to documents."""

from collections.abc import Sequence

from index.documents import Document, bundled, load
from index.errors import DocumentError


def read_stories(paths: Sequence[str]) -> list[Document]:
    """The documents of the named files ("-" is standard input); the bundled one for none.

    Raises DocumentError for the first that cannot be read.
    """
    if list(paths).count("-") > 1:
        raise DocumentError("Standard input holds one story; name - once.")
    return [load(path) for path in paths] or [bundled()]
