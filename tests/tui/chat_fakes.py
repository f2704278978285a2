"""A stand-in for the pipeline: it finds the last word of the question in the story."""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from index.documents import Document
from index.passages import Passage, sentence_around, split
from index.search import Retrieved
from qa.answer import Answer, Candidate, Turn
from qa.pipeline import checked


@dataclass
class FakeStory:
    """A document and its passages."""

    document: Document
    passages: tuple[Passage, ...]
    rebuilt: bool = False


@dataclass
class FakePipeline:
    """Answers at once, or when let go; `asked` keeps what it was asked.

    words: what to find for a question in place of its last word. rebuilt: of the stories opened.
    """

    may_answer: threading.Event = field(default_factory=threading.Event)
    may_open: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    words: dict[str, str] = field(default_factory=dict)
    rebuilt: bool = False

    def __post_init__(self) -> None:
        self.may_answer.set()
        self.may_open.set()

    def open(self, document: Document, progress: Callable[[int, int], None]) -> FakeStory:
        self.threads.add(threading.current_thread().name)
        passages = split(document)
        progress(0, len(passages))
        for _ in range(1000):
            if self.may_open.wait(0.01):
                break
            progress(0, len(passages))
        progress(len(passages), len(passages))
        return FakeStory(document, passages, self.rebuilt)

    def ask(
        self, story: FakeStory, question: str, history: Sequence[Turn] = (), top: int = 5
    ) -> Answer:
        self.threads.add(threading.current_thread().name)
        self.asked.append((question, tuple(history)))
        self.may_answer.wait(10)
        if "boom" in question:
            raise RuntimeError("the reader fell over")
        question = checked(question)
        text, passages = story.document.text, story.passages
        word = self.words.get(question) or re.findall(r"[\w’'-]+", question.lower())[-1]
        found = [match.span() for match in re.finditer(re.escape(word), text, re.IGNORECASE)][:top]
        candidates = tuple(
            Candidate(
                text[start:end],
                start,
                end,
                9.0 - rank,
                0.9 / (rank + 1),
                next(one for one in passages if one.start <= start < one.end),
                sentence_around(text, start, end),
            )
            for rank, (start, end) in enumerate(found)
        )
        nearest = tuple(
            Retrieved(one, 0.03 - 0.001 * rank, rank + 1, rank + 1)
            for rank, one in enumerate(passages[:4])
        )
        asked = f"{question} (of {history[-1].question})" if word == "it" and history else question
        return Answer(
            question,
            asked,
            candidates,
            not candidates,
            0.9 if candidates else 0.7,
            1.0,
            nearest,
            {"retrieve": 1.0, "read": 2.0, "total": 3.0},
        )


@dataclass
class FakeLoad:
    """Stands in for qa.pipeline.load: waits in its second stage until let go."""

    pipeline: FakePipeline = field(default_factory=FakePipeline)
    may_load: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None
    starters: list[str] = field(default_factory=list)

    def __call__(self, progress: Callable[[str], None] = lambda stage: None) -> FakePipeline:
        progress("Loading PyTorch")
        progress("Loading the reader")
        self.may_load.wait(10)
        if self.error is not None:
            raise self.error
        return self.pipeline

    def let_go(self) -> None:
        """Let everything that waits go on."""
        self.may_load.set()
        self.pipeline.may_open.set()
        self.pipeline.may_answer.set()
