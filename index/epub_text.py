"""The text of an EPUB book: its chapters in reading order, without covers and contents."""

import posixpath
import zipfile
from typing import Any
from urllib.parse import unquote

from index.errors import DocumentError
from index.html_text import extract as extract_html

_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def extract(archive: zipfile.ZipFile, name: str) -> tuple[str, str]:
    """The book's title ("" if it gives none) and text.

    Raises DocumentError for a book with copy protection, KeyError or another error for one that
    is damaged.
    """
    container = _xml(archive.read("META-INF/container.xml"))
    package_path = next(_named(container, "rootfile")).get("full-path")
    package = _xml(archive.read(package_path))
    locked = _locked(archive)
    items = {
        item.get("id"): item
        for item in _named(package, "item")
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    }
    title = next((one.text or "" for one in _named(package, "title")), "")
    chapters = []
    folder = posixpath.dirname(package_path)
    for reference in _named(package, "itemref"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no":
            continue
        path = posixpath.normpath(posixpath.join(folder, unquote(item.get("href"))))
        if path in locked:
            raise DocumentError(f"{name} is copy-protected and can't be read.")
        if path in archive.namelist():
            chapters.append(extract_html(archive.read(path), path, whole=True)[1])
    return title, "\n\n".join(chapter for chapter in chapters if chapter)


def _locked(archive: zipfile.ZipFile) -> set[str]:
    """The files that are encrypted; fonts often are, in books that can be read."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return set()
    document = _xml(archive.read("META-INF/encryption.xml"))
    return {unquote(one.get("URI") or "") for one in _named(document, "CipherReference")}


def _xml(data: bytes) -> Any:
    from lxml import etree  # type: ignore[import-untyped]

    # Neither files nor addresses are fetched for what a document names, and no entity grows.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def _named(root: Any, name: str) -> Any:
    """The elements of this name in any namespace."""
    return root.iter(f"{{*}}{name}")
