"""Linear layers that multiply int8, in half the time on processors without bfloat16.

Some channels of an encoder's hidden states are fifty times as large as the others, and some tokens
too, and would leave the rest nothing of int8's 256 steps. So each channel is divided by a constant
first, and the weights that meet it are multiplied by it (SmoothQuant, Xiao et al. 2023), and each
token has a scale of its own (ZeroQuant, Yao et al. 2022).
"""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

MIGRATION = 0.5  # how much of a channel's size the weights take over; eval/DECISIONS.md
_LEAST = 1e-6


class Int8Linear(nn.Module):
    """A linear layer that multiplies int8. Weights are scaled for each output."""

    by: torch.Tensor
    bias: torch.Tensor

    def __init__(self, linear: nn.Linear, by: torch.Tensor) -> None:
        """by: (in,), what each input is divided by."""
        super().__init__()
        weight = linear.weight.detach() * by
        scales = weight.abs().amax(1).clamp_min(_LEAST) / 127
        with warnings.catch_warnings():  # it will move to a package of its own
            warnings.simplefilter("ignore")
            rounded = torch.quantize_per_channel(
                weight, scales, torch.zeros_like(scales, dtype=torch.int64), 0, torch.qint8
            )
        self._packed = torch.ops.quantized.linear_prepack(rounded, None)
        self.register_buffer("by", by)
        self.register_buffer("bias", linear.bias.detach())

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Inputs (…, in) to outputs (…, out)."""
        even = hidden / self.by
        size = even.abs().amax(-1, keepdim=True).clamp_min(_LEAST)
        product: torch.Tensor = torch.ops.quantized.linear_dynamic(
            even / size, self._packed, reduce_range=True
        )
        return product * size + self.bias


def reach(encoder: nn.Module, use: Callable[[], object]) -> dict[str, torch.Tensor]:
    """The largest absolute input of each linear layer, (in,) by its name, while `use` runs."""
    found: dict[str, torch.Tensor] = {}

    def watch(name: str) -> Callable[[nn.Module, Any], None]:
        def look(module: nn.Module, inputs: Any) -> None:
            largest = inputs[0].detach().abs().flatten(0, -2).amax(0)
            found[name] = torch.maximum(found.get(name, largest), largest)

        return look

    hooks = [module.register_forward_pre_hook(watch(name)) for name, module in _linears(encoder)]
    use()
    for hook in hooks:
        hook.remove()
    return found


def quantise(encoder: nn.Module, reach: Mapping[str, torch.Tensor]) -> None:
    """Let the encoder's linear layers multiply int8, where this processor's PyTorch can.

    reach: see the function.
    """
    if "fbgemm" not in torch.backends.quantized.supported_engines:
        return
    torch.backends.quantized.engine = "fbgemm"
    for name, linear in list(_linears(encoder)):
        by = reach[name].float().clamp_min(1e-3) ** MIGRATION
        by /= linear.weight.detach().abs().amax(0).clamp_min(1e-4) ** (1 - MIGRATION)
        parent, _, own = name.rpartition(".")
        setattr(encoder.get_submodule(parent), own, Int8Linear(linear, by / by.mean()))


def _linears(encoder: nn.Module) -> "list[tuple[str, nn.Linear]]":
    return [(name, one) for name, one in encoder.named_modules() if isinstance(one, nn.Linear)]
