"""The cache on disk: a story's vectors, kept by content, settings and embedder."""

import hashlib
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.documents import Document
from index.files import write_whole
from index.passages import OVERLAP_WORDS, PASSAGE_WORDS, Passage, split
from index.search import Embedder, StoryIndex

if TYPE_CHECKING:
    from index.search import Vectors

KEPT_STORIES = 100
_BATCH = 32


def folder() -> Path:
    """Where vectors are kept: the user's cache folder, or $STORYCHAT_CACHE."""
    from platformdirs import user_cache_path

    return Path(os.environ.get("STORYCHAT_CACHE") or user_cache_path("storychat"))


def build(
    document: Document,
    embedder: Embedder,
    *,
    words: int = PASSAGE_WORDS,
    overlap: int = OVERLAP_WORDS,
    cache: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> StoryIndex:
    """Index a document, with the vectors of `cache` (a folder; None: no cache) where it has them.

    progress(done, total) counts embedded passages. A damaged entry is replaced and the result
    says so (`rebuilt`); a cache that cannot be written is done without.
    """
    passages = split(document, words, overlap)
    entry = None if cache is None else cache / f"{_key(passages, embedder.name)}.npy"
    vectors, damaged = (None, False) if entry is None else _load(entry, len(passages))
    if vectors is None:
        vectors = _embed(passages, embedder, progress)
        if entry is not None:
            _save(entry, vectors)
    progress(len(passages), len(passages))
    return StoryIndex(document, passages, vectors, embedder, rebuilt=damaged)


def _key(passages: Sequence[Passage], model: str) -> str:
    digest = hashlib.sha256(model.encode())
    for passage in passages:
        digest.update(f"\0{passage.start}\0{passage.text}".encode())
    return digest.hexdigest()[:32]


def _embed(
    passages: Sequence[Passage], embedder: Embedder, progress: Callable[[int, int], None]
) -> "Vectors":
    import numpy as np

    parts = []
    for at in range(0, len(passages), _BATCH):
        progress(at, len(passages))
        parts.append(embedder.embed([one.text for one in passages[at : at + _BATCH]]))
    return np.concatenate(parts)


def _load(entry: Path, rows: int) -> tuple["Vectors | None", bool]:
    """(vectors or None, whether a damaged entry was found)."""
    import numpy as np

    try:
        vectors = np.load(entry, allow_pickle=False)
        unit = np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 0.01
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None, False
    except Exception:  # Damaged files break numpy in every way there is.
        return None, True
    if vectors.dtype != np.float32 or vectors.shape[0] != rows or not unit:
        return None, True
    return vectors, False


def _save(entry: Path, vectors: "Vectors") -> None:
    import numpy as np

    try:
        file = io.BytesIO()
        np.save(file, vectors)
        write_whole(entry, file.getvalue(), 0o600)
        kept = sorted(entry.parent.glob("*.npy"), key=lambda one: one.stat().st_mtime)
        for old in kept[:-KEPT_STORIES]:
            old.unlink(missing_ok=True)
    except OSError:
        return
