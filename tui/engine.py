"""The one thread that loads the models, reads stories and answers: none of it is thread-safe.

While it reads one story, it stops between passages for questions to those already read. The chat
gives it jobs and hears back through `tell`, which is called on that thread.
"""

import os
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue

from index.documents import Document
from index.errors import StorychatError
from index.search import StoryIndex
from qa.answer import Answer, Turn
from qa.pipeline import Pipeline
from tui import tuning
from tui.config import Config
from tui.pace import Pace


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of loading begins."""

    name: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The models are ready."""


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """The models can't be loaded; nothing can be answered."""

    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How many passages of a story have been read; seconds left, once that can be judged."""

    story: int
    done: int
    total: int
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A story can be asked."""

    story: int
    index: StoryIndex


@dataclass(frozen=True, slots=True)
class OpenFailed:
    """A story can't be asked."""

    story: int
    message: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers to a question, one for each story it was put to."""

    ticket: int
    answers: tuple[tuple[int, Answer], ...]


@dataclass(frozen=True, slots=True)
class AskFailed:
    """A question that could not be answered, and why."""

    ticket: int
    message: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """Questions to start with, each of which the story answers."""

    story: int
    questions: tuple[str, ...]


Event = (
    Suggested | Stage | Loaded | LoadFailed | Reading | Opened | OpenFailed | Answered | AskFailed
)


@dataclass(frozen=True, slots=True)
class _Question:
    question: str
    stories: Sequence[int]
    history: Sequence[Turn]


class _StoppedError(Exception):
    """Raised inside a job that is no longer wanted."""


class Engine:
    """Runs jobs one after another on a thread of its own, until stopped."""

    def __init__(self, tell: Callable[[Event], object], config: Config) -> None:
        self._tell = tell
        self._config = config
        self._jobs: SimpleQueue[Callable[[Pipeline], None] | None] = SimpleQueue()
        self._idle_jobs: deque[Callable[[Pipeline], None]] = deque()
        self._questions: dict[int, _Question] = {}
        self._indexes: dict[int, StoryIndex] = {}
        self._cancelled: set[int] = set()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)

    def start(self) -> None:
        """Begin loading the models."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more jobs and leave the running one as soon as it can be left."""
        self._stopping = True
        self._jobs.put(None)

    def open(self, story: int, document: Document) -> None:
        """Read a story; it is known by this number from here on."""

        def job(pipeline: Pipeline) -> None:
            pace = Pace()

            def progress(done: int, total: int) -> None:
                if self._stopping:
                    raise _StoppedError
                for ticket, question in list(self._questions.items()):
                    if all(one in self._indexes for one in question.stories):
                        self._answer(pipeline, ticket)
                self._tell(Reading(story, done, total, pace.left(done, total)))

            try:
                self._indexes[story] = tuning.open_story(pipeline, self._config, document, progress)
            except _StoppedError:
                raise
            except Exception as error:
                self._tell(OpenFailed(story, _sentence(error)))
            else:
                self._tell(Opened(story, self._indexes[story]))

        self._jobs.put(job)

    def ask(
        self, ticket: int, question: str, stories: Sequence[int], history: Sequence[Turn]
    ) -> None:
        """Put a question to opened stories."""
        self._questions[ticket] = _Question(question, stories, history)
        self._jobs.put(lambda pipeline: self._answer(pipeline, ticket))

    def suggest(self, story: int) -> None:
        """Look for questions to start with; everything else goes first."""
        known: dict[str, Answer] = {}

        def job(pipeline: Pipeline) -> None:
            from qa import starters

            index = self._indexes.get(story)
            if index is None:
                return
            polite = _Polite(pipeline, known, self._jobs.empty)
            try:
                found = starters.confident(polite, index, starters.propose(index.document))
            except _BusyError:
                self._idle_jobs.append(job)
            except Exception:  # an empty chat without suggestions is no failure
                return
            else:
                self._tell(Suggested(story, tuple(found)))

        self._idle_jobs.append(job)
        self._jobs.put(lambda pipeline: None)  # wakes the thread

    def cancel(self, ticket: int) -> None:
        """Don't start on a question; one being answered is left at the next story."""
        self._cancelled.add(ticket)

    def _answer(self, pipeline: Pipeline, ticket: int) -> None:
        """Answer a question, unless that has been done."""
        asked = self._questions.pop(ticket, None)
        if asked is None:
            return
        told: list[tuple[int, Answer]] = []
        try:
            for story in asked.stories:
                if ticket in self._cancelled or self._stopping:
                    return
                answer = pipeline.ask(self._indexes[story], asked.question, asked.history)
                told.append((story, answer))
        except Exception as error:
            self._tell(AskFailed(ticket, _sentence(error)))
        else:
            self._tell(Answered(ticket, tuple(told)))

    def _work(self) -> None:
        try:
            pipeline = tuning.load(self._config, self._stage)
        except _StoppedError:
            return
        except Exception as error:
            self._tell(LoadFailed(_sentence(error)))
            return
        self._tell(Loaded())
        while not self._stopping:
            idle = self._idle_jobs and self._jobs.empty()
            job = self._idle_jobs.popleft() if idle else self._jobs.get()
            if job is None:
                return
            try:
                job(pipeline)
            except _StoppedError:
                return

    def _stage(self, name: str) -> None:
        if self._stopping:
            raise _StoppedError
        self._tell(Stage(name))


class _BusyError(Exception):
    """There is something better to do."""


class _Polite:
    """Answers as the pipeline does, but only while no job waits; answers are not sought twice."""

    def __init__(
        self, pipeline: Pipeline, known: dict[str, Answer], is_idle: Callable[[], bool]
    ) -> None:
        self._pipeline, self._known, self._is_idle = pipeline, known, is_idle

    def ask(self, story: StoryIndex, question: str) -> Answer:
        """The answer. Raises _BusyError when a job waits."""
        if question not in self._known:
            if not self._is_idle():
                raise _BusyError
            self._known[question] = self._pipeline.ask(story, question)
        return self._known[question]


def _sentence(error: Exception) -> str:
    """An error as one sentence for people."""
    if isinstance(error, StorychatError):
        return error.message
    if os.environ.get("STORYCHAT_DEBUG"):
        traceback.print_exception(error, file=sys.__stderr__)
    reason = " ".join(str(error).split()) or "no reason given"
    return f"Something went wrong ({type(error).__name__}: {reason})."
