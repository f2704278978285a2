"""Fakes that every test may use: deterministic, obvious, and without any weights."""

import re
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.documents import Document, from_text
from index.passages import sentences
from qa.pipeline import Pipeline
from qa.reader import Calibration, Decision
from qa.windows import Span

if TYPE_CHECKING:
    from index.search import Vectors

FOX = (
    "The red fox lives in Oslo. It eats seven berries a day.\n\n"
    "A grey wolf called Bruno came from Bergen in May. Bruno sings at night.\n\n"
    "The owl reads old books. Nobody knows why the owl is sad."
)


class FakeEmbedder:
    """Bags of hashed words; counts the texts it embedded."""

    name = "fake"

    def __init__(self) -> None:
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> "Vectors":
        self.embedded += len(texts)
        vectors = np.full((len(texts), 64), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % 64] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


_DECISION = Decision(0.0, (0.0, 1.0), (0.0, -1.0))


class FakeReader:
    """Answers with each capitalised word; scores it by the question's words in its sentence.

    A sentence that shares fewer than two words with the question loses to "not here".
    """

    calibration = Calibration(_DECISION, _DECISION, 384, 128)

    def read(self, question: str, text: str, stretches: Sequence[tuple[int, int]]) -> list[Span]:
        asked = set(re.findall(r"\w+", question.lower()))
        spans = []
        for start, end in (
            (a + first, a + last) for a, b in stretches for first, last in sentences(text[a:b])
        ):
            shared = len(asked & set(re.findall(r"\w+", text[start:end].lower())))
            spans += [
                Span(
                    start + word.start(), start + word.end(), 10 * (shared - 2) - word.start() / 1e6
                )
                for word in re.finditer(r"[A-Z]\w+", text[start:end])
                if word[0].lower() not in asked
            ]
        return sorted(spans, key=lambda one: -one.score)


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def pipeline(embedder: FakeEmbedder) -> Pipeline:
    return Pipeline(FakeReader(), embedder, cache=None)  # type: ignore[arg-type]


@pytest.fixture
def fox() -> Document:
    return from_text(FOX, "The fox")
