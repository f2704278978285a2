"""A larger reader whose logits a smaller one learns (Hinton et al. 2015, distillation)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.embedder import fastest_type
from index.errors import ModelError
from qa.framing import Frame, frame_of
from qa.training.features import Feature

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

TEMPERATURE = 2.0
SOFT = 0.7  # of the loss; the rest is the answers' own


class Teacher:
    """A trained reader with the same word pieces, if under other numbers, as the one it teaches."""

    def __init__(
        self, folder: Path, taught: "Tokenizer", frame: Frame, device: "torch.device"
    ) -> None:
        """taught, frame: the tokenizer and frame of the reader to teach.

        Raises ModelError when `folder` holds no reader or one whose word pieces are others.
        """
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model: Any = AutoModelForQuestionAnswering.from_pretrained(
                folder, dtype=fastest_type(device.type), local_files_only=True
            )
        except Exception as error:
            raise ModelError(f"{folder} is not a folder with a reader to learn from.") from error
        pieces, own = taught.get_vocab(), tokenizer.get_vocab()
        if sum(piece in own for piece in pieces) < 0.95 * len(pieces):
            raise ModelError(f"{folder} has other word pieces than the reader to be trained.")
        self._ids = [0] * (max(pieces.values()) + 1)
        for piece, number in pieces.items():
            self._ids[number] = own.get(piece, tokenizer.unk_token_id)
        self._model, self._device = model.to(device).eval(), device
        self._frame, self._separators = frame_of(tokenizer), len(frame.between)

    def logits(self, batch: list[Feature], shut: "torch.Tensor") -> "list[torch.Tensor]":
        """Start and end logits, each (rows, tokens) float32, at the taught reader's positions.

        shut: (rows, tokens) bool, True where no answer can be; the logits there are -10,000.
        """
        import torch

        questions = [one.ids[1 : one.context_from - self._separators] for one in batch]
        heads = [self._frame.head([self._ids[i] for i in question]) for question in questions]
        rows = [
            [*head, *(self._ids[i] for i in one.ids[one.context_from : -1]), self._frame.last]
            for head, one in zip(heads, batch, strict=True)
        ]
        made = self._frame.inputs(rows, [len(head) for head in heads])
        with torch.inference_mode():
            output = self._model(**{name: each.to(self._device) for name, each in made.items()})
        aligned = [torch.full_like(shut, -1e4, dtype=torch.float32) for _ in range(2)]
        for to, logits in zip(aligned, (output.start_logits, output.end_logits), strict=True):
            for row, (one, head) in enumerate(zip(batch, heads, strict=True)):
                here, there, count = one.context_from, len(head), len(one.ids) - one.context_from
                to[row, here : here + count] = logits[row, there : there + count].float()
            to[:, 0] = logits[:, 0].float()
        return [to.masked_fill(shut, -1e4) for to in aligned]


def soft_loss(
    hard: "torch.Tensor", logits: "list[torch.Tensor]", taught: "list[torch.Tensor]"
) -> "torch.Tensor":
    """The loss on the answers and the divergence (KL) from the teacher, each with its share.

    logits, taught: start and end logits, each (rows, tokens).
    """
    from torch.nn.functional import kl_div, log_softmax

    far = [
        kl_div(
            log_softmax(ours / TEMPERATURE, -1),
            log_softmax(theirs / TEMPERATURE, -1),
            reduction="batchmean",
            log_target=True,
        )
        for ours, theirs in zip(logits, taught, strict=True)
    ]
    return (1 - SOFT) * hard + SOFT * TEMPERATURE**2 * (far[0] + far[1]) / 2
