"""The span head: how well a start and an end fit together, beside how good each is alone.

A reader that scores starts and ends apart joins the start of one answer to the end of another
("director Klim Shipenko and veteran cosmonaut"). A low-rank bilinear term over both tokens, as in
biaffine span scoring (Dozat & Manning 2017; Yu et al. 2020), and a bias by length mend that.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from qa.windows import MAX_ANSWER_TOKENS

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "span_head"
RANK = 64


class SpanHead(nn.Module):
    """hidden states (…, tokens, width) to pair scores (…, tokens, tokens), start before end."""

    def __init__(self, width: int) -> None:
        """width: of the encoder's hidden states. A new head scores every pair 0."""
        super().__init__()
        self.start = nn.Linear(width, RANK, bias=False)
        self.end = nn.Linear(width, RANK, bias=False)
        self.length = nn.Parameter(torch.zeros(MAX_ANSWER_TOKENS))
        nn.init.zeros_(self.end.weight)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """The score of each (start, end) token pair; those that are no span have 0 for length."""
        pairs = self.start(hidden) @ self.end(hidden).transpose(-1, -2) / RANK**0.5
        at = torch.arange(hidden.shape[-2], device=hidden.device)
        apart = at[None, :] - at[:, None]
        fits = (apart >= 0) & (apart < MAX_ANSWER_TOKENS)
        by_length = torch.where(fits, self.length[apart.clamp(0, MAX_ANSWER_TOKENS - 1)], 0)
        return pairs + by_length  # type: ignore[no-any-return]


def attach(model: Any, folder: Path) -> None:
    """Give a question-answering model its folder's span head, or a new one."""
    head = SpanHead(model.config.hidden_size)
    stored = parameters(folder)
    if stored:
        head.load_state_dict(stored)
    setattr(model, NAME, head.to(model.dtype))


def parameters(folder: Path) -> "Mapping[str, torch.Tensor]":
    """The span head's tensors in a model folder, none when it was trained without one."""
    from safetensors import safe_open

    path = folder / "model.safetensors"
    if not path.is_file():
        return {}
    with safe_open(path, "pt") as file:
        names = [name for name in file.keys() if name.startswith(f"{NAME}.")]  # noqa: SIM118
        return {name.removeprefix(f"{NAME}."): file.get_tensor(name) for name in names}


def span_scores(model: Any, inputs: "Mapping[str, torch.Tensor]") -> tuple[torch.Tensor, ...]:
    """(start, end, pairs) of framed rows: (rows, tokens) twice and (rows, tokens, tokens).

    A span's score is start[i] + end[j] + pairs[i, j]; "not here" is start[0] + end[0].
    """
    output = model(**inputs, output_hidden_states=True)
    pairs = getattr(model, NAME)(output.hidden_states[-1])
    return output.start_logits, output.end_logits, pairs


def joint_scores(
    start: torch.Tensor, end: torch.Tensor, pairs: torch.Tensor, shut: torch.Tensor
) -> torch.Tensor:
    """The score of every span, (rows, tokens, tokens), -10,000 where none can be.

    shut: (rows, tokens) bool, True where no answer is.
    """
    open_ = ~shut
    spans = (open_[:, :, None] & open_[:, None, :]).triu().tril(MAX_ANSWER_TOKENS - 1)
    return (start[:, :, None] + end[:, None, :] + pairs).masked_fill(~spans, -1e4)
