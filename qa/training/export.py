"""A finished run as a folder to ship: fp16 weights, tokenizer, and a model card."""

import json
from pathlib import Path
from typing import Any

_CARD = """\
---
license: cc-by-sa-4.0
language: en
pipeline_tag: question-answering
---
# The storychat reader

A span-extraction reader: {parameters:.1f} million parameters, stored in fp16 (load it as float32).
Made by `python -m qa.training train` ({steps} steps of {batch}, rate {rate}, the last {decay:.0%}
falling to zero; {negatives:.0%} as many questions again paired with another passage of their
document, {swaps:.0%} made unanswerable by swapping a name, number or opposite, {cuts:.0%} by taking
the answer's sentence out of the context) from `{start}`.
The weights are {share:.0%} the run's and for the rest those it started from.

Trained on these sets, each with the number of times an epoch went through it:

{sets}

The data's share-alike licences apply to the weights: CC BY-SA 4.0. Development and test sets took
no part. Figures: the project's README; how they were come by: eval/DECISIONS.md.

Limits: English; it points at words of the text and draws no conclusions; it is small, and can be
wrong with confidence. `reader.json` holds its windows, its null threshold and its calibration.
"""


def export(run: Path, out: Path, share: float = 1.0) -> None:
    """Write `run`'s model to `out`, which keeps the reader.json it may have.

    share: of the run's weights in the mean with those of the reader it started from (WiSE-FT,
    Wortsman et al. 2022); 1 for the run alone. Raises OSError when `run` holds no finished model.
    """
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    plan: dict[str, Any] = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    model: Any = AutoModelForQuestionAnswering.from_pretrained(run, local_files_only=True)
    if share < 1:
        first = AutoModelForQuestionAnswering.from_pretrained(plan["start"], local_files_only=True)
        state = model.float().state_dict()
        for name, tensor in first.float().state_dict().items():
            state[name].lerp_(tensor, 1 - share)
    model.to(torch.float16).save_pretrained(out)
    AutoTokenizer.from_pretrained(run, local_files_only=True).save_pretrained(out)
    plan["sets"] = "\n".join(f"- {name}: {weight:g}" for name, weight in plan["sets"].items())
    plan["start"] = Path(plan["start"]).name
    parameters = sum(one.numel() for one in model.parameters()) / 1e6
    plan["share"] = share
    (out / "README.md").write_text(_CARD.format(parameters=parameters, **plan), encoding="utf-8")
