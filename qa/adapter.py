"""Low-rank adapters: what an encoder learned, kept apart from it (LoRA, Hu et al. 2022).

Beside the weight of every linear layer stand two thin matrices, whose product is added to it. They,
the biases, the norms and the heads are all that is trained; a few MB then make one installed
encoder into a reader.
"""

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Mapping

SCALE = 2.0  # of the product, so that one learning rate does for every rank
_DOWN, _UP = ".down", ".up"


class LowRank(nn.Module):
    """A linear layer, which stays as it is, and the low-rank change of its weight."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        """A new one changes nothing: one of its matrices is zero."""
        super().__init__()
        self.base = base
        at = base.weight.device
        self.down = nn.Parameter(torch.empty(rank, base.in_features, device=at))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank, device=at))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Inputs (…, in) to outputs (…, out), as the changed layer's."""
        changed: torch.Tensor = self.base(hidden)
        return changed + (hidden @ self.down.T) @ (SCALE * self.up.T)


def adapt(model: Any, rank: int, freeze: int) -> None:
    """Let adapters of this rank learn from layer `freeze` up, with biases, norms and heads."""
    model.base_model.requires_grad_(False)
    stack = next(one for one in model.base_model.modules() if isinstance(one, nn.ModuleList))
    for layer in stack[freeze:]:
        for parameter in layer.parameters():
            parameter.requires_grad_(parameter.ndim == 1)
        for name, linear in list(layer.named_modules()):
            if isinstance(linear, nn.Linear):
                parent, _, own = name.rpartition(".")
                setattr(layer.get_submodule(parent), own, LowRank(linear, rank))


def learned(model: Any) -> dict[str, torch.Tensor]:
    """What an adapted model learned, by its names in the model as it was."""
    return {
        _plain(name): parameter.detach()
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    }


def restore(model: Any, adapter: "Mapping[str, torch.Tensor]") -> None:
    """Put into an adapted model what one like it learned.

    Raises KeyError when that was another model, RuntimeError when the ranks differ.
    """
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                parameter.copy_(adapter[_plain(name)])


def without_adapters(model: Any) -> dict[str, torch.Tensor]:
    """An adapted model's parameters but for the adapters, by their names in the model as it was."""
    return {
        _plain(name): one
        for name, one in model.state_dict().items()
        if not name.endswith((_DOWN, _UP))
    }


def _plain(name: str) -> str:
    """A parameter's name in the model as it was before it was adapted."""
    return name.replace(".base.", ".")


def merged(
    state: "Mapping[str, torch.Tensor]", adapter: "Mapping[str, torch.Tensor]"
) -> dict[str, torch.Tensor]:
    """A model's parameters with what was learned put into them; `state` stays as it is.

    Raises KeyError when the adapter is another model's.
    """
    made = dict(state)
    for name, tensor in adapter.items():
        if name.endswith(_DOWN):
            layer = name.removesuffix(_DOWN)
            up = adapter[layer + _UP].float()
            weight = f"{layer}.weight"
            made[weight] = torch.addmm(made[weight], SCALE * up, tensor.float())
        elif not name.endswith(_UP):
            made[name] = tensor.float()
    return made
