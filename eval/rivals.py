"""Other ways to read with the same weights, for the benchmark: each a function from a question and
its contexts to the answer's text, "" for an abstention.

The span head is this project's own: the others read with the encoder, the starts and the ends.
"""

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

Read = Callable[[str, Sequence[str]], str]

# The defaults of transformers 4's question-answering pipeline.
_TOKENS, _STRIDE, _ANSWER_TOKENS = 384, 128, 15
_MASKED = -10000.0


def storychat(weights: Path | None, abstain: bool) -> Read:
    """The project's reader alone; abstains, like the others, when "not here" scores more.

    Its stored threshold is for the pipeline, whose scores weigh the evidence too.
    """
    from qa.reader import load

    reader = load(weights)

    def read(question: str, contexts: Sequence[str]) -> str:
        text, stretches = joined(contexts)
        spans = reader.read(question, text, stretches)
        if not spans or (abstain and spans[0].score < 0):
            return ""
        best = spans[0]
        return text[best.start : best.end]

    return read


def joined(contexts: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """One text of all contexts, and the (start, end) of each in it."""
    stretches, at = [], 0
    for context in contexts:
        stretches.append((at, at + len(context)))
        at += len(context) + 2
    return "\n\n".join(contexts), stretches


def transformers(weights: Path, abstain: bool) -> Read:
    """What transformers 4's question-answering pipeline does with its defaults, in float32.

    One window of 384 tokens at a time, 128 shared; a softmax over the starts and one over the
    ends inside the window; spans of at most 15 tokens by the product of the two, grown to words;
    over windows and contexts the highest product wins, against the lowest product at [CLS]
    (`handle_impossible_answer`) when it may abstain. transformers 5 no longer has it.
    """
    import numpy as np
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(weights, local_files_only=True)
    model: Any = AutoModelForQuestionAnswering.from_pretrained(
        weights, dtype=torch.float32, local_files_only=True
    ).eval()

    def probabilities(logits: Any, context: Any) -> Any:
        kept = np.where(context, logits, _MASKED)
        shares = np.exp(kept - kept.max())
        return shares / shares.sum()

    def window(question: str, context: str, windows: Any, number: int) -> tuple[float, float, str]:
        """(best product, null product, the best span's text) of a window."""
        encoded = windows[number]
        inputs = {
            "input_ids": encoded.ids,
            "token_type_ids": encoded.type_ids,
            "attention_mask": encoded.attention_mask,
        }
        with torch.no_grad():
            output = model(**{name: torch.tensor([value]) for name, value in inputs.items()})
        allowed = np.array([part == 1 for part in encoded.sequence_ids])
        allowed[0] = True  # [CLS] takes part in the softmax
        start = probabilities(output.start_logits[0].numpy(), allowed)
        end = probabilities(output.end_logits[0].numpy(), allowed)
        null = float(start[0] * end[0])
        start[0] = end[0] = 0.0
        joint = np.tril(np.triu(np.outer(start, end)), _ANSWER_TOKENS - 1)
        first, last = divmod(int(joint.argmax()), len(end))
        if not (allowed[first] and allowed[last]) or not first:
            return 0.0, null, ""
        begin = encoded.word_to_chars(encoded.token_to_word(first), 1)[0]
        finish = encoded.word_to_chars(encoded.token_to_word(last), 1)[1]
        return float(joint[first, last]), null, context[begin:finish]

    def read(question: str, contexts: Sequence[str]) -> str:
        answers: list[tuple[float, str]] = []
        null = 1.0
        for context in contexts:
            windows = tokenizer(
                question,
                context,
                truncation="only_second",
                max_length=_TOKENS,
                stride=_STRIDE,
                return_overflowing_tokens=True,
            ).encodings
            for number in range(len(windows)):
                score, missing, text = window(question, context, windows, number)
                answers.append((score, text))
                null = min(null, missing)
        score, text = max(answers, key=lambda one: one[0])
        return "" if abstain and null > score else text

    return read


def haystack(weights: Path, abstain: bool) -> Read | None:
    """Haystack's extractive reader with its defaults, or None when it is not installed.

    Haystack 3 has it in the package transformers-haystack.
    """
    os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
    try:
        readers = import_module("haystack_integrations.components.readers.transformers")
        core = import_module("haystack")
        utils = import_module("haystack.utils")
    except ImportError:
        return None
    import torch

    reader = readers.TransformersExtractiveReader(
        str(weights),
        device=utils.ComponentDevice.from_str("cpu"),
        token=None,
        top_k=1,
        no_answer=abstain,
        # Its default would keep the stored fp16, which CPU layers take badly.
        model_kwargs={"dtype": torch.float32},
    )
    reader.warm_up()

    def read(question: str, contexts: Sequence[str]) -> str:
        documents = [core.Document(content=context) for context in contexts]
        answers = reader.run(query=question, documents=documents)["answers"]
        best = max(answers, key=lambda one: one.score, default=None)
        return (best.data or "") if best else ""

    return read
