"""The extractive reader: a transformer that scores every span of a text as the answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from index.embedder import fastest_type
from index.errors import ModelError
from qa.framing import frame_of
from qa.windows import Span, Window, batches, best_spans, whole_words, windows

WEIGHTS = Path(str(files("qa") / "weights"))
CALIBRATION_FILE = "reader.json"
MAX_QUESTION_TOKENS = 64
SPANS_A_WINDOW = 20
_BATCH = 16
_BATCH_COST = 40  # tokens


@dataclass(frozen=True, slots=True)
class Decision:
    """When to abstain, and how likely that or an answer is right.

    null_threshold: abstain when "not here" beats the best span by more (logits).
    answer, abstain: the bias and the weights of pipeline.clues in the logistic models behind a
      confidence (Platt 1999); clues that have none weigh nothing.
    """

    null_threshold: float
    answer: tuple[float, ...]
    abstain: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted on development data and stored with the weights (reader.json).

    story: for the best of all passages read; reading: for one context, where the questions that
      it does not answer were written to look as if it did (SQuAD 2.0).
    window, stride: tokens a window holds, question included, and repeats of the one before.
    """

    story: Decision
    reading: Decision
    window: int
    stride: int


class Reader:
    """A question-answering model with its tokenizer. Not thread-safe: use it from one thread."""

    def __init__(self, model: Any, tokenizer: Any, calibration: Calibration) -> None:
        """model: of transformers, for question answering, with a span head attached."""
        self.calibration = calibration
        self._model = model.eval()
        self._tokenizer = tokenizer.backend_tokenizer
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._frame = frame_of(tokenizer)

    def read(self, question: str, text: str, stretches: Sequence[tuple[int, int]]) -> list[Span]:
        """The best spans of a text's stretches [start, end), best first.

        Twenty of each window at most, overlaps not merged.
        """
        asked = self._tokenizer.encode(question, add_special_tokens=False)
        head = self._frame.head(asked.ids[:MAX_QUESTION_TOKENS])
        made = self._windows(text, stretches, len(head) + 1)
        spans: list[Span] = []
        for batch in batches(made, _BATCH, _BATCH_COST):
            for window, start, end, pairs in zip(batch, *self._scores(head, batch), strict=True):
                null = float(start[0] + end[0])
                inside = slice(len(head), len(head) + len(window.ids))
                best = best_spans(start[inside], end[inside], pairs[inside, inside], SPANS_A_WINDOW)
                for first, last, score in best:
                    place = whole_words(text, window.offsets[first][0], window.offsets[last][1])
                    spans.append(Span(*place, score - null))
        return sorted(spans, key=lambda span: -span.score)

    def _windows(self, text: str, stretches: Sequence[tuple[int, int]], head: int) -> Any:
        size = self.calibration.window - head
        for start, end in stretches:
            encoded = self._tokenizer.encode(text[start:end], add_special_tokens=False)
            if encoded.ids:
                offsets = [(start + a, start + b) for a, b in encoded.offsets]
                yield from windows(
                    encoded.ids, offsets, size, min(self.calibration.stride, size - 1)
                )

    def _scores(self, head: list[int], batch: Sequence[Window]) -> tuple[Any, ...]:
        """Starts, ends and pairs of the windows, as span_head.span_scores, in float32."""
        import torch

        from qa.span_head import span_scores

        framed = [[*head, *window.ids, self._frame.last] for window in batch]
        with torch.inference_mode():
            scores = span_scores(self._model, self._frame.inputs(framed, [len(head)] * len(framed)))
        return tuple(one.float().numpy() for one in scores)


def load(folder: Path | None = None) -> Reader:
    """The reader of a model folder, by default the bundled one. Raises ModelError."""
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    from qa.span_head import attach

    folder = WEIGHTS if folder is None else folder
    calibration = load_calibration(folder)
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        # Stored in fp16; transformers 5 would keep that, and CPU layers cannot use it.
        model: Any = AutoModelForQuestionAnswering.from_pretrained(
            folder, dtype=fastest_type(), local_files_only=True
        )
        attach(model, folder)
    except Exception as error:
        raise ModelError(f"{folder.name} is not a question-answering model.") from error
    return Reader(model, tokenizer, calibration)


def load_calibration(folder: Path) -> Calibration:
    """Read reader.json of a model folder. Raises ModelError when it is missing or wrong."""
    try:
        stored = json.loads((folder / CALIBRATION_FILE).read_text(encoding="utf-8"))
        return Calibration(
            _decision(stored["story"]),
            _decision(stored["reading"]),
            int(stored["window"]),
            int(stored["stride"]),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{folder.name} has no usable {CALIBRATION_FILE}; calibrate it."
        ) from error


def _decision(stored: Any) -> Decision:
    return Decision(
        float(stored["null_threshold"]), _weights(stored["answer"]), _weights(stored["abstain"])
    )


def _weights(values: Any) -> tuple[float, ...]:
    bias, *weights = map(float, values)
    return bias, *weights
