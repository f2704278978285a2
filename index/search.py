"""Hybrid retrieval: dense vectors in FAISS and BM25, fused by reciprocal rank."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Protocol

from index.documents import Document
from index.passages import Passage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]

# Cormack et al. 2009 use 60; chosen here by measurement: eval/DECISIONS.md.
RANK_CONSTANT = 3
_WORD = re.compile(r"\w+")
_STOPWORDS = frozenset(
    "a an the and or of to in on at for by with from as is are was were be been am do does did "
    "has have had he she it they his her its their him them this that these those who whom whose "
    "what when where why how which i you we".split()
)


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


@dataclass(frozen=True)
class StoryIndex:
    """A document cut into passages and made searchable.

    vectors: (passages, dimensions), unit length. rebuilt: a damaged cache entry was replaced.
    """

    document: Document
    passages: tuple[Passage, ...]
    vectors: "Vectors"
    embedder: Embedder
    rebuilt: bool = False

    @cached_property
    def _dense(self) -> Any:
        import faiss

        index = faiss.IndexFlatIP(self.vectors.shape[1])
        index.add(self.vectors)
        return index

    @cached_property
    def _bm25(self) -> Any:
        import bm25s

        retriever = bm25s.BM25()
        corpus = [terms(passage.text) for passage in self.passages]
        # An all-stopword story still needs a vocabulary.
        retriever.index([words or [""] for words in corpus], show_progress=False)
        return retriever

    def _bm25_scores(self, words: list[str]) -> "npt.NDArray[np.float32]":
        import numpy as np

        known = [word for word in words if word in self._bm25.vocab_dict]
        if not known:
            return np.zeros(len(self.passages), dtype=np.float32)
        scores: npt.NDArray[np.float32] = self._bm25.get_scores(known)
        return scores

    def search(self, question: str, count: int) -> tuple[Retrieved, ...]:
        """The `count` passages nearest to the question, best first."""
        import numpy as np

        total = len(self.passages)
        dense = self._dense.search(self.embedder.embed([question]), total)[1][0]
        dense_rank = np.empty(total, dtype=int)
        dense_rank[dense] = np.arange(1, total + 1)
        sparse = self._bm25_scores(terms(question))
        sparse_rank = np.empty(total, dtype=int)
        sparse_rank[np.argsort(-sparse, kind="stable")] = np.arange(1, total + 1)
        fused = 1 / (RANK_CONSTANT + dense_rank) + 1 / (RANK_CONSTANT + sparse_rank)
        return tuple(
            Retrieved(self.passages[i], float(fused[i]), int(dense_rank[i]), int(sparse_rank[i]))
            for i in np.argsort(-fused, kind="stable")[:count]
        )


def terms(text: str) -> list[str]:
    """The words BM25 counts: lower case, without stop words, stemmed (Snowball)."""
    stemmed: list[str] = _stemmer().stemWords(
        [word for word in _WORD.findall(text.lower()) if word not in _STOPWORDS]
    )
    return stemmed


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")
