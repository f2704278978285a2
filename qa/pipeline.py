"""Retrieve, read, rank, decide: a question on a story becomes an answer."""

from collections.abc import Callable, Sequence

from index.documents import Document
from index.search import Embedder
from qa.answer import Answer, Turn


class StoryIndex: ...  # index.search.StoryIndex: .document .passages .search(question, count)


class Pipeline:
    """The engine. Not thread-safe: call it from one worker thread."""

    def open(
        self, document: Document, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> StoryIndex:
        """Index a story, or take it from the cache. progress(done, total) counts passages."""
        raise NotImplementedError

    def ask(
        self, story: StoryIndex, question: str, history: Sequence[Turn] = (), top: int = 5
    ) -> Answer:
        """Answer a question. history: earlier turns, oldest first. Raises QuestionError."""
        raise NotImplementedError


def load(progress: Callable[[str], None] = lambda stage: None) -> Pipeline:
    """Load the models; progress is told each stage by name as it begins."""
    raise NotImplementedError
