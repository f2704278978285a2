"""Examples as token windows, and windows as batches of like length."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.framing import Frame
from qa.training.examples import TrainingExample

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

MAX_QUESTION_TOKENS = 48


@dataclass(frozen=True, slots=True)
class Feature:
    """One framed window of tokens; start = end = 0 means "not here".

    group: the same for the windows of one question.
    """

    group: int
    ids: list[int]
    context_from: int
    start: int
    end: int


def features(
    examples: Sequence[TrainingExample],
    tokenizer: "Tokenizer",
    frame: Frame,
    max_tokens: int,
    seed: int,
    *,
    hidden: float = 0.0,
    mask: int = 0,
) -> list[Feature]:
    """One window of at most `max_tokens` an example, in the examples' order.

    A context that is too long is cut at a random place, around the answer when there is one, so
    that answers do not always stand at the same depth.

    hidden: the share of the question's and the context's tokens outside the answer that the token
    `mask` stands for, drawn anew each epoch, so that no example is learned by heart.
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
        asked = question.ids[:MAX_QUESTION_TOKENS]
        head = frame.head(asked)
        room = max_tokens - len(head) - 1
        low, high = 0, max(0, len(context.ids) - room)
        if first >= 0:
            low, high = max(0, min(last + 1 - room, first)), min(high, first)
            last = min(last, low + room - 1) if low == first else last
        cut = rng.randint(min(low, high), high)
        ids = [*head, *context.ids[cut : cut + room], frame.last]
        shift = len(head) - cut
        start, end = (first + shift, last + shift) if first >= 0 else (0, 0)
        end = min(end, len(ids) - 2) if end else 0
        if hidden:
            for i in (*range(1, 1 + len(asked)), *range(len(head), len(ids) - 1)):
                if not start <= i <= end and rng.random() < hidden:
                    ids[i] = mask
        made.append(Feature(example.group, ids, len(head), start, end))
    return made


def batches(made: Sequence[Feature], size: int, seed: int) -> list[list[Feature]]:
    """Batches of `size` windows of like length, in random order, the same for the same seed.

    The windows of one question follow one another, and so nearly always share a batch.
    """
    rng = random.Random(seed)
    questions: dict[int, list[Feature]] = defaultdict(list)
    for one in made:
        questions[one.group].append(one)
    order = rng.sample(list(questions.values()), len(questions))
    pool = size * 40
    grouped: list[list[Feature]] = []
    for at in range(0, len(order), pool):
        near = sorted(order[at : at + pool], key=lambda each: max(len(one.ids) for one in each))
        row = [one for each in near for one in each]
        grouped += [row[j : j + size] for j in range(0, len(row), size)]
    rng.shuffle(grouped)
    return grouped


def targets(batch: Sequence[Feature]) -> tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]:
    """(start, end, shut): (rows,) int64 twice, and (rows, tokens) bool, True where no answer is.

    Answers stand in the context; position 0 is "not here".
    """
    import torch

    shut = torch.ones(len(batch), max(len(one.ids) for one in batch), dtype=torch.bool)
    shut[:, 0] = False
    for row, one in enumerate(batch):
        shut[row, one.context_from : len(one.ids)] = False
    start, end = ([getattr(one, name) for one in batch] for name in ("start", "end"))
    return torch.tensor(start), torch.tensor(end), shut
