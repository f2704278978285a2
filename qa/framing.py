"""The special tokens an encoder wants around a question and its context, and batches of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Frame:
    """first, question, between, context, last: BERT's [CLS] q [SEP] c [SEP], RoBERTa's <s> q
    </s></s> c </s>.

    pad: the id that fills a batch's rows; typed: the model tells question from context by types.
    """

    first: int
    between: tuple[int, ...]
    last: int
    pad: int
    typed: bool

    def head(self, question: Sequence[int]) -> list[int]:
        """Everything before the context."""
        return [self.first, *question, *self.between]

    def inputs(
        self, rows: Sequence[Sequence[int]], context_from: Sequence[int]
    ) -> dict[str, "torch.Tensor"]:
        """The model's inputs, each (rows, longest row) int64, of whole framed rows.

        context_from: where each row's context begins.
        """
        import torch

        ids = torch.full((len(rows), max(map(len, rows))), self.pad)
        types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
        for i, (row, context) in enumerate(zip(rows, context_from, strict=True)):
            ids[i, : len(row)] = torch.tensor(row)
            types[i, context : len(row)] = 1
            mask[i, : len(row)] = 1
        made = {"input_ids": ids, "attention_mask": mask}
        return made | {"token_type_ids": types} if self.typed else made


def frame_of(tokenizer: Any) -> Frame:
    """The frame of a Hugging Face tokenizer: the special tokens it sets around a pair of words."""
    encoded = tokenizer("a", "b")
    ids, of = encoded["input_ids"], encoded.sequence_ids()
    question, context = of.index(0), of.index(1)
    between = tuple(ids[i] for i in range(question, context) if of[i] is None)
    typed = "token_type_ids" in tokenizer.model_input_names
    return Frame(ids[0], between, ids[-1], tokenizer.pad_token_id, typed)
