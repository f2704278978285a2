"""How well the sentence around an answer fits the question: a cosine of sentence embeddings."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.search import Embedder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_KEPT = 20_000  # sentences


class Evidence:
    """Compares questions with sentences; a sentence that comes again is not embedded again."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}

    def likeness(self, question: str, sentences: Sequence[str]) -> list[float]:
        """The cosine in [-1, 1] of the question with each sentence."""
        if len(self._vectors) > _KEPT:
            self._vectors.clear()
        new = [one for one in dict.fromkeys(sentences) if one not in self._vectors]
        asked, *vectors = self._embedder.embed([question, *new])
        self._vectors.update(zip(new, vectors, strict=True))
        return [float(self._vectors[one] @ asked) for one in sentences]
