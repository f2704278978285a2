"""Running sets with an engine that answers from a list."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from eval.datasets import Question, QuestionSet, Story
from eval.retrieval import holding, rank
from eval.runner import run
from index.documents import Document
from index.errors import QuestionError
from index.passages import Passage
from index.search import Retrieved
from qa.answer import Answer, Candidate, Turn

TEXT = "The actress flew on Tuesday. She is 37. “Out there,” he said."


@dataclass
class FakeStory:
    """Finds its passages in the order they stand, whatever is asked."""

    document: Document
    passages: tuple[Passage, ...]
    searched: list[str] = field(default_factory=list)

    def search(self, question: str, count: int) -> tuple[Retrieved, ...]:
        self.searched.append(question)
        return tuple(Retrieved(one, 1.0, 1, 1) for one in self.passages[:count])


@dataclass
class FakeEngine:
    """Answers as told; remembers what it was asked."""

    answers: dict[str, str]
    calls: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    opened: int = 0
    may_abstain: bool | None = None

    def open(self, document: Document) -> FakeStory:
        self.opened += 1
        passages, at = [], 0
        for number, part in enumerate(document.text.split(". ")):
            passages.append(Passage(number, at, at + len(part), part))
            at += len(part) + 2
        return FakeStory(document, tuple(passages))

    def ask(self, story: FakeStory, question: str, history: Sequence[Turn]) -> Answer:
        self.calls.append((question, tuple(history)))
        asked = f"{history[-1].question} {question}" if history else question
        return self._answer(story.document.text, question, asked)

    def read(self, context: str, question: str, *, abstain: bool) -> Answer:
        self.calls.append((question, ()))
        self.may_abstain = abstain
        return self._answer(context, question, question)

    def _answer(self, text: str, question: str, asked: str) -> Answer:
        if not question.strip():
            raise QuestionError("The question is empty.")
        said = self.answers.get(question, "")
        at = text.find(said)
        passage = Passage(0, 0, len(text), text)
        span = Candidate(said or text[:3], at, at + len(said), 5.0, 0.9, passage, (0, len(text)))
        return Answer(question, asked, (span,), not said, 0.9, 1.5, (), {})


def story_set(*questions: Question, reading: bool = False) -> QuestionSet:
    return QuestionSet("fake", reading, (Story(Document("Fake", TEXT), questions),))


def test_answers_are_scored() -> None:
    engine = FakeEngine({"When?": "on Tuesday"})
    found = list(
        run(
            story_set(
                Question("1", "When?", ("Tuesday", "flew on Tuesday")), Question("2", "Why?", ())
            ),
            engine,
        )
    )
    assert engine.opened == 1
    assert [one.question.id for one in found] == ["1", "2"]
    assert (found[0].answer, found[0].exact, found[0].f1) == ("on Tuesday", 0.0, 0.8)
    assert (found[1].answer, found[1].exact, found[1].f1) == ("", 1.0, 1.0)
    assert (found[0].confidence, found[0].margin) == (0.9, 5.0)
    assert all(one.milliseconds >= 0 for one in found)


def test_history_is_played_as_a_chat_and_every_chat_once() -> None:
    engine = FakeEngine({"Who flew?": "The actress", "How old is she?": "37"})
    found = list(
        run(
            story_set(
                Question("1", "How old is she?", ("37",), ("Who flew?",)),
                Question("2", "And when?", ("Tuesday",), ("Who flew?", "How old is she?")),
                Question("3", "Who else?", (), ("Who flew?",)),
            ),
            engine,
        )
    )
    first = Turn("Who flew?", "The actress")
    second = Turn("How old is she?", "37")
    assert engine.calls == [
        ("Who flew?", ()),
        ("How old is she?", (first,)),
        ("How old is she?", (first,)),  # played as part of the second question's chat
        ("And when?", (first, second)),
        ("Who else?", (first,)),
    ]
    assert found[0].asked == "Who flew? How old is she?"


def test_a_long_history_is_played() -> None:
    engine = FakeEngine({"Who flew?": "The actress"})
    history = ("Who flew?",) * 1200
    (found,) = run(story_set(Question("1", "And when?", (), history)), engine)
    assert len(engine.calls) == 1201
    assert engine.calls[-1] == ("And when?", (Turn("Who flew?", "The actress"),) * 1200)
    assert found.answer == ""


def test_a_question_that_cannot_be_asked_counts_as_an_abstention() -> None:
    engine = FakeEngine({"Who flew?": "The actress"})
    refused, kept = run(
        story_set(
            Question("1", " ", ("37",)), Question("2", "Who flew?", ("The actress",), (" ",))
        ),
        engine,
    )
    assert (refused.answer, refused.f1, refused.confidence) == ("", 0.0, 0.0)
    assert refused.refused == "The question is empty."
    assert refused.margin == float("-inf")
    assert (kept.exact, kept.refused) == (1.0, "")
    assert engine.calls[-1] == ("Who flew?", ())  # a refused question is no turn


def test_a_reading_set_is_read_without_retrieval() -> None:
    engine = FakeEngine({"How old is she?": "37"})
    (found,) = run(story_set(Question("1", "How old is she?", ("37",)), reading=True), engine)
    assert engine.opened == 0
    assert (found.exact, found.findable, found.rank) == (1.0, False, None)
    assert engine.may_abstain is True


def test_a_reading_set_of_answered_questions_leaves_no_right_to_abstain() -> None:
    engine = FakeEngine({})
    questions = story_set(Question("1", "How old is she?", ("37",)), reading=True)
    list(run(replace(questions, always_answered=True), engine))
    assert engine.may_abstain is False


@pytest.mark.parametrize(
    ("golds", "findable", "place"),
    [
        (("Tuesday",), True, 1),
        (("37", "nothing"), True, 2),
        (("out there",), True, 3),  # a curly quotation mark is no part of the word
        (("an actress",), True, 1),  # articles don't count
        (("act",), False, None),  # a part of a word is no answer
        (("the",), False, None),
        ((), False, None),
    ],
)
def test_the_rank_of_the_first_passage_with_the_answer(
    golds: tuple[str, ...], findable: bool, place: int | None
) -> None:
    (found,) = run(story_set(Question("1", "?!x", golds)), FakeEngine({}))
    assert (found.findable, found.rank) == (findable, place)


def test_the_rank_is_of_the_question_as_it_was_read() -> None:
    engine = FakeEngine({})
    story = engine.open(Document("Fake", TEXT))
    engine.open = lambda document: story  # type: ignore[method-assign]
    list(run(story_set(Question("1", "When?", ("Tuesday",), ("Who flew?",))), engine))
    assert story.searched == ["Who flew? When?"]
    assert rank(story, "x", ["he said"]) == 3  # type: ignore[arg-type]
    assert holding(["37.", "of 37"], TEXT) == ("37",)
