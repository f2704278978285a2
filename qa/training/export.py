"""A finished run as a folder to ship: fp16 weights, tokenizer, and a model card."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import StorychatError
from qa import larger
from qa.reader import CALIBRATION_FILE, Reader
from qa.squad import load_reading_set
from qa.training.calibrate import UNCALIBRATED, store_calibration
from qa.training.examples import evenly

if TYPE_CHECKING:
    import torch

_LOOKED_AT = 48  # questions
_WEIGHTS = "model.safetensors"

_CARD = """\
---
license: cc-by-sa-4.0
language: en
pipeline_tag: question-answering
---
{title}
Made by `python -m qa.training train` ({trained} of {steps} steps of {batch}, rate {rate}, falling
to zero over the last {decay:.0%}; beside the answerable questions, unanswerable ones made of them:
{negatives:g} a question with other passages of its document, {swaps:.0%} with a name, number or
opposite swapped, {cuts:.0%} with the answer's sentence taken out of the context)
from {start}{taught}.
{beside}{mean}

Trained on these sets, each with the number of times an epoch went through it:

{sets}

{before}\
The data's share-alike licences apply to the weights: CC BY-SA 4.0. Development and test sets took
no part. Figures: the project's README; how they were come by: eval/DECISIONS.md.

Limits: English; it points at words of the text and draws no conclusions; it can be wrong with
confidence.{stored}
"""
_READER = """\
# The storychat reader

A span-extraction reader: {parameters:.1f} million parameters, stored in fp16 (load it as float32).
"""
_STORED = " `reader.json` holds its windows, its null threshold and its calibration."
_ADAPTER = """\
# The adapter of the larger reader

{parameters:.1f} million parameters, stored in fp16, that make {encoder} a span-extraction reader:
matrices of rank {adapter} beside the weights of its layers from {freeze} up (LoRA, Hu et al. 2022),
with their biases, norms and the heads.
"""


class RunError(StorychatError):
    """A run that cannot be exported."""

    title = "Can't export the run"


def export(run: Path, out: Path, mean: Sequence[tuple[Path, float]] = ()) -> None:
    """Write `run`'s model to `out`, ready to be opened and calibrated.

    mean: other readers of the run's shape, each with its weight in the mean of all parameters
    (model soups, Wortsman et al. 2022; of the run and its start: WiSE-FT, the same year). The run
    has what is left of 1. A reader without a span head has no say in the run's. Of adapters the
    matrices are meant, not their products, so they should be of one descent.

    A reader.json that `out` has keeps its calibration; a new one abstains where "not here" scores
    higher. Raises RunError.
    """
    own = round(1 - sum(weight for _, weight in mean), 9)
    if own < 0:
        raise RunError(f"The other readers' weights come to {1 - own:g}; 1 is the most.")
    try:
        plan: dict[str, Any] = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{run} holds no run that came to a checkpoint.") from error
    if plan.get("adapter"):
        count, stored = _write_adapter(run, out, own, mean), ""
    else:
        count, stored = _write_reader(run, out, own, mean), _STORED
        made = {name: plan[name] for name in ("commit", "trained", "steps", "sets")}
        made |= {"start": Path(plan["start"]).name, "mean": [[one.name, w] for one, w in mean]}
        fresh = {} if (out / CALIBRATION_FILE).exists() else asdict(UNCALIBRATED)
        store_calibration(out, fresh | {"made": made})
    (out / "README.md").write_text(_card(run, plan, own, mean, count, stored), encoding="utf-8")


def _write_reader(run: Path, out: Path, own: float, mean: Sequence[tuple[Path, float]]) -> int:
    """Write the run's model, in the mean with the others; returns its number of parameters."""
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    from qa.span_head import attach

    try:
        model: Any = AutoModelForQuestionAnswering.from_pretrained(run, local_files_only=True)
        attach(model, run)
        tokenizer = AutoTokenizer.from_pretrained(run, local_files_only=True)
    except Exception as error:
        raise RunError(f"The weights or the tokenizer in {run} are damaged.") from error
    model.load_state_dict(_mixed(model.float().state_dict(), own, mean, _WEIGHTS))
    model.half().save_pretrained(out)
    (out / _WEIGHTS).chmod(0o644)  # safetensors lets nobody else read it
    tokenizer.save_pretrained(out)
    return sum(one.numel() for one in model.parameters())


def _write_adapter(run: Path, out: Path, own: float, mean: Sequence[tuple[Path, float]]) -> int:
    """Write the run's adapter, in the mean with the others, and what opens it.

    With it goes how far the inputs of the encoder's layers reach on some of written.jsonl.gz.
    Returns its number of parameters.
    """
    from safetensors.torch import load_file, save_file
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    from qa.quantised import reach
    from qa.span_head import attach

    try:
        adapter = load_file(run / larger.ADAPTER)
        model: Any = AutoModelForQuestionAnswering.from_pretrained(run, local_files_only=True)
        attach(model, run)
        tokenizer = AutoTokenizer.from_pretrained(run, local_files_only=True)
    except Exception as error:
        raise RunError(f"The adapter, the model or the tokenizer in {run} is damaged.") from error
    reader = Reader(model, tokenizer, UNCALIBRATED)
    asked = evenly(load_reading_set(Path(__file__).with_name("written.jsonl.gz")), _LOOKED_AT)

    def read() -> None:
        for one in asked:
            reader.read(one.question, one.context, [(0, len(one.context))])

    found = {f"{larger.REACH}{name}": one for name, one in reach(model.base_model, read).items()}
    mixed = _mixed(adapter | found, own, mean, larger.ADAPTER)
    model.config.save_pretrained(out)
    tokenizer.save_pretrained(out)
    save_file({name: one.half() for name, one in mixed.items()}, out / larger.ADAPTER)
    (out / larger.ADAPTER).chmod(0o644)
    return sum(one.numel() for one in adapter.values())


def _card(
    run: Path,
    plan: dict[str, Any],
    own: float,
    mean: Sequence[tuple[Path, float]],
    count: int,
    stored: str,
) -> str:
    """The model card. own, mean: see export; count: of parameters; stored: what lies beside it."""
    from qa.span_head import parameters

    start = Path(plan["start"])
    earlier = _made(start / "README.md")
    told = plan | {
        "sets": "\n".join(f"- {name}: {weight:g}" for name, weight in plan["sets"].items()),
        "start": "the reader before this one" if earlier else f"`{start.name}`",
        "taught": _taught(plan.get("teacher")),
        "beside": _beside(plan | {"spans": bool(parameters(run))}),
        "mean": _mean(own, mean),
        "before": earlier,
        "parameters": count / 1e6,
        "stored": stored,
        "encoder": larger.NAME,
    }
    title = _ADAPTER if plan.get("adapter") else _READER
    return _CARD.format(**told, title=title.format(**told))


def _mixed(
    state: dict[str, "torch.Tensor"], own: float, mean: Sequence[tuple[Path, float]], file: str
) -> dict[str, "torch.Tensor"]:
    """The mean of a run's parameters and of others', which are in `file`. Raises RunError."""
    mixed = {name: own * one.float() for name, one in state.items()}
    for folder, weight in mean:
        for name, one in _of_other(folder / file, state).items():
            mixed[name] += weight * one
    return mixed


def _of_other(file: Path, state: dict[str, "torch.Tensor"]) -> dict[str, "torch.Tensor"]:
    """The parameters of another reader, for each of `state`'s. Raises RunError."""
    from safetensors.torch import load_file

    from qa.span_head import NAME

    try:
        stored = load_file(file)
    except Exception as error:
        raise RunError(f"{file.parent} holds no reader, or a damaged one.") from error
    found = {name: one for name, one in state.items() if name.startswith(NAME)} | stored
    if any(name not in found or found[name].shape != one.shape for name, one in state.items()):
        raise RunError(f"{file.parent} holds a reader of another shape than the run's.")
    return {name: found[name].float() for name in state}


def _mean(own: float, mean: Sequence[tuple[Path, float]]) -> str:
    """What a card says of whose weights these are."""
    others = [f"{weight:.0%} those of {folder.name}" for folder, weight in mean]
    return "The weights are " + ", ".join([f"{own:.0%} the run's", *others]) + "."


def _taught(teacher: str | None) -> str:
    """What a card says of the run's teacher."""
    if teacher is None:
        return ""
    told = ",\nlearning the logits of a larger reader beside the answers"
    made = Path(teacher) / "plan.json"
    if not made.is_file():
        return told
    plan = json.loads(made.read_text(encoding="utf-8"))
    how = f"{plan['trained']} steps of {plan['batch']}, rate {plan['rate']}"
    return f"{told}, one made the same way\nfrom `{Path(plan['start']).name}` ({how})"


def _beside(plan: dict[str, Any]) -> str:
    """What a card says of the losses and what else was done."""
    told = ""
    if plan["spans"]:
        told += "Starts and ends are learned apart and, with a span head, together.\n"
    if shared := plan.get("shared"):
        told += f"The windows of a question also compete with one another (weight {shared:g}).\n"
    if hidden := plan.get("hidden"):
        told += f"Of the words outside the answers {hidden:.0%} were masked.\n"
    if average := plan.get("average"):
        told += f"The run's weights are their running mean (decay {average:g} a step).\n"
    return told


def _made(card: Path) -> str:
    """What the card of the reader that a run started from says of its own making."""
    text = card.read_text(encoding="utf-8") if card.is_file() else ""
    made = text.partition("\nMade by ")[2].partition("\nThe data's share-alike")[0].strip()
    quoted = "\n".join(f"> {line}".rstrip() for line in f"Made by {made}".splitlines())
    return f"How the one it started from was made:\n\n{quoted}\n\n" if made else ""
