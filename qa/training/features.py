"""Examples as token windows, and windows as batches of like length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.training.examples import TrainingExample

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

CLS, SEP, PAD = 101, 102, 0
MAX_QUESTION_TOKENS = 48


@dataclass(frozen=True, slots=True)
class Feature:
    """One window: [CLS] question [SEP] context [SEP]; start = end = 0 means "not here"."""

    ids: list[int]
    context_from: int
    start: int
    end: int


def features(
    examples: Sequence[TrainingExample], tokenizer: "Tokenizer", max_tokens: int, seed: int
) -> list[Feature]:
    """One window of at most `max_tokens` an example, in the examples' order.

    A context that is too long is cut at a random place, around the answer when there is one, so
    that answers do not always stand at the same depth.
    """
    rng = random.Random(seed)
    questions = tokenizer.encode_batch([e.question for e in examples], add_special_tokens=False)
    unique = sorted({example.context for example in examples})
    encoded = dict(
        zip(unique, tokenizer.encode_batch(unique, add_special_tokens=False), strict=True)
    )
    made: list[Feature] = []
    for example, question in zip(examples, questions, strict=True):
        context = encoded[example.context]
        first = last = -1
        if example.answer is not None:
            span = range(example.answer.start, example.answer.start + len(example.answer.text))
            inside = [
                i for i, (a, b) in enumerate(context.offsets) if a < span.stop and b > span.start
            ]
            if not inside:
                continue
            first, last = inside[0], inside[-1]
        head = [CLS, *question.ids[:MAX_QUESTION_TOKENS], SEP]
        room = max_tokens - len(head) - 1
        low, high = 0, max(0, len(context.ids) - room)
        if first >= 0:
            low, high = max(0, min(last + 1 - room, first)), min(high, first)
            last = min(last, low + room - 1) if low == first else last
        cut = rng.randint(min(low, high), high)
        ids = [*head, *context.ids[cut : cut + room], SEP]
        shift = len(head) - cut
        start, end = (first + shift, last + shift) if first >= 0 else (0, 0)
        made.append(Feature(ids, len(head), start, min(end, len(ids) - 2) if end else 0))
    return made


def batches(made: Sequence[Feature], size: int, seed: int) -> list[list[Feature]]:
    """Batches of `size` windows of like length, in random order, the same for the same seed."""
    rng = random.Random(seed)
    order = rng.sample(range(len(made)), len(made))
    pool = size * 50
    grouped: list[list[Feature]] = []
    for at in range(0, len(order), pool):
        near = sorted(order[at : at + pool], key=lambda i: len(made[i].ids))
        grouped += [[made[i] for i in near[j : j + size]] for j in range(0, len(near), size)]
    rng.shuffle(grouped)
    return grouped


def tensors(batch: Sequence[Feature]) -> Iterator[tuple[str, "torch.Tensor"]]:
    """The model's inputs, each (batch, tokens), and the targets `start` and `end`, (batch,)."""
    import torch

    width = max(len(one.ids) for one in batch)
    ids = torch.full((len(batch), width), PAD)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, one in enumerate(batch):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        types[row, one.context_from : len(one.ids)] = 1
        mask[row, : len(one.ids)] = 1
    yield "input_ids", ids
    yield "token_type_ids", types
    yield "attention_mask", mask
    yield "start", torch.tensor([one.start for one in batch])
    yield "end", torch.tensor([one.end for one in batch])
