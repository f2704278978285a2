"""Web pages, PDFs, e-books and Word files as text."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from index.documents import clean
from index.errors import DocumentError

MAX_UNPACKED = 50_000_000
# A page may have an XML declaration and comments before it says what it is.
_PAGE = re.compile(
    rb"\s*(?:(?><\?xml[^>]*>|<!--.*?-->)\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)


def convert(path: Path, data: bytes, suffix: str = "") -> tuple[str, str]:
    """The title and text of a file of one of SUFFIXES; the text may still need cleaning.

    suffix: the format's, where the path has another or none. The title is the file's name where
    the file gives none. Raises DocumentError, in one sentence, for a damaged or protected file or
    one without text.
    """
    name = clean(path.name).replace("\n", " ")
    suffix = suffix or path.suffix.lower()
    try:
        title, text = _CONVERTERS[suffix](data, name)
    except DocumentError:
        raise
    except Exception as error:  # Hostile files break converters in every way there is.
        raise DocumentError(f"{name} is damaged and can't be read.") from error
    if not any(character.isalnum() for character in text):
        scanned = "; its pages may be pictures" if suffix == ".pdf" else ""
        raise DocumentError(f"{name} has no text in it{scanned}.")
    title = " ".join(clean(title).split())
    return title or path.stem.replace("_", " ").replace("-", " ").strip() or name, text


def recognised(data: bytes, name: str) -> str:
    """The suffix of the format that the bytes are in; "" for plain text and what is unknown.

    Raises DocumentError for a damaged archive.
    """
    if data.startswith(b"%PDF"):
        return ".pdf"
    if data.startswith(b"PK\x03\x04"):
        with unpacked(data, name) as archive:
            names = set(archive.namelist())
        if "word/document.xml" in names:
            return ".docx"
        return ".epub" if names & {"mimetype", "META-INF/container.xml"} else ""
    # In UTF-16 every other byte of a tag is zero.
    start = data[:4000].replace(b"\x00", b"")
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        start = start.removeprefix(mark)
    return ".html" if _PAGE.match(start) else ""


def unpacked(data: bytes, name: str) -> zipfile.ZipFile:
    """The file as a zip archive, none of it read yet.

    Raises DocumentError when it is no archive or holds more than MAX_UNPACKED bytes.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise DocumentError(f"{name} is damaged and can't be read.") from error
    if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
        most = MAX_UNPACKED // 10**6
        raise DocumentError(f"{name} unpacks to more than {most} MB, too much for a story.")
    return archive


def _html(data: bytes, name: str) -> tuple[str, str]:
    from index.html_text import extract

    return extract(data, name)


def _pdf(data: bytes, name: str) -> tuple[str, str]:
    from index.pdf_text import extract

    return extract(data, name)


def _epub(data: bytes, name: str) -> tuple[str, str]:
    from index.epub_text import extract

    return extract(unpacked(data, name), name)


def _docx(data: bytes, name: str) -> tuple[str, str]:
    import docx
    from docx.table import Table

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise DocumentError(f"{name} is protected by a password, or an old .doc file.")
    unpacked(data, name).close()
    document = docx.Document(io.BytesIO(data))
    blocks = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            # A merged cell comes once for each column that it spans.
            cells = ({cell._tc: cell.text.strip() for cell in row.cells} for row in block.rows)
            rows = (" | ".join(row.values()) for row in cells)
            blocks.append("\n".join(row for row in rows if row.strip(" |")))
        else:
            style = block.style.name if block.style is not None else None
            blocks.append(("- " if (style or "").startswith("List") else "") + block.text)
    text = "\n\n".join(block for block in blocks if block.strip(" -"))
    return document.core_properties.title, text


_CONVERTERS: dict[str, Callable[[bytes, str], tuple[str, str]]] = {
    ".html": _html,
    ".htm": _html,
    ".xhtml": _html,
    ".pdf": _pdf,
    ".epub": _epub,
    ".docx": _docx,
}
SUFFIXES = tuple(_CONVERTERS)
