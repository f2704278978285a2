"""How well the sentence around an answer fits the question: a cosine of sentence embeddings."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.search import Embedder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from index.search import Vectors

_KEPT = 20_000  # texts


class RememberingEmbedder:
    """Embeds through another embedder, but a text that comes again not again.

    The question is searched with and compared with sentences, and the sentences of a story come
    up with one question after another.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Unit vectors, (len(texts), dimensions) float32."""
        import numpy as np

        if len(self._vectors) > _KEPT:
            self._vectors.clear()
        new = [one for one in dict.fromkeys(texts) if one not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._vectors[one] for one in texts])


def likeness(embedder: Embedder, question: str, sentences: Sequence[str]) -> list[float]:
    """The cosine in [-1, 1] of the question with each sentence."""
    asked, *vectors = embedder.embed([question, *sentences])
    return [float(one @ asked) for one in vectors]
