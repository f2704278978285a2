"""Hybrid retrieval: dense vectors in FAISS and BM25, fused by reciprocal rank."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from index.documents import Document
from index.passages import Passage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    name: str

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """(len(texts), dimensions), each row of length 1."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage found for a question.

    score: fused reciprocal-rank score, higher is nearer; dense_rank and bm25_rank count from 1.
    """

    passage: Passage
    score: float
    dense_rank: int
    bm25_rank: int
