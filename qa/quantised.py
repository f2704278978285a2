"""Linear layers that multiply int8, a third of the time on processors without bfloat16.

Some channels of an encoder's hidden states are fifty times as large as the others, and would leave
these nothing of int8's 256 steps. So each channel is divided by a constant first, and the weights
that meet it are multiplied by it (SmoothQuant, Xiao et al. 2023).
"""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

MIGRATION = 0.7  # how much of a channel's size the weights take over; eval/DECISIONS.md


class Smoothed(nn.Module):
    """A linear layer whose inputs are multiplied, channel by channel, before it sees them."""

    by: torch.Tensor

    def __init__(self, linear: nn.Module, by: torch.Tensor) -> None:
        """by: (in,)."""
        super().__init__()
        self.linear = linear
        self.register_buffer("by", by)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Inputs (…, in) to outputs (…, out)."""
        return self.linear(hidden * self.by)  # type: ignore[no-any-return]


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

    reach: see the function. Weights are scaled for each output, inputs as they come.
    """
    from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic

    if "fbgemm" not in torch.backends.quantized.supported_engines:
        return
    torch.backends.quantized.engine = "fbgemm"
    for name, linear in list(_linears(encoder)):
        largest, weight = reach[name].float(), linear.weight.detach()
        by = largest.clamp_min(1e-3) ** MIGRATION
        by /= weight.abs().amax(0).clamp_min(1e-4) ** (1 - MIGRATION)
        by /= by.mean()
        linear.weight = nn.Parameter(weight * by, requires_grad=False)
        whole = nn.Sequential(linear)
        with warnings.catch_warnings():  # it will move to a package of its own
            warnings.simplefilter("ignore")
            quantize_dynamic(  # type: ignore[no-untyped-call]
                whole, {nn.Linear: per_channel_dynamic_qconfig}, inplace=True
            )
        parent, _, own = name.rpartition(".")
        setattr(encoder.get_submodule(parent), own, Smoothed(whole[0], 1 / by))


def _linears(encoder: nn.Module) -> "list[tuple[str, nn.Linear]]":
    return [(name, one) for name, one in encoder.named_modules() if isinstance(one, nn.Linear)]
