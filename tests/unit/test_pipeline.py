import math
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Document, from_text
from index.errors import DocumentError, ModelError, QuestionError
from qa.answer import Turn, as_json
from qa.evidence import RememberingEmbedder
from qa.pipeline import MAX_QUESTION_WORDS, PASSAGES_READ, Pipeline, checked, probability
from qa.windows import Span
from tests.conftest import FakeEmbedder, FakeReader


def test_an_answer_stands_in_the_document(pipeline: Pipeline, fox: Document) -> None:
    answer = pipeline.ask(
        pipeline.open(fox, words=12, overlap=0), "where did the wolf come from in may?"
    )
    best = answer.best
    assert best is not None and fox.text[best.start : best.end] == best.text == answer.text
    assert best.passage.start <= best.start and best.end <= best.passage.end
    assert fox.text[slice(*best.sentence)] == "A grey wolf called Bruno came from Bergen in May."
    assert 0 <= answer.confidence <= 1 and answer.nearest
    assert {"retrieve", "read", "total"} <= answer.timings.keys()


def test_what_the_story_does_not_say_is_not_answered(pipeline: Pipeline, fox: Document) -> None:
    answer = pipeline.ask(pipeline.open(fox), "Zzz qqq?")
    assert answer.abstained and answer.best is None and answer.text == ""
    assert answer.nearest and answer.runners_up == answer.candidates
    shown = as_json(answer, fox.title, fox.source, 3)
    assert shown["answer"] is None and shown["answered"] is False and shown["nearest"]


def test_a_follow_up_is_read_with_its_missing_part(pipeline: Pipeline, fox: Document) -> None:
    story = pipeline.open(fox)
    answer = pipeline.ask(story, "Where does he sing?", [Turn("Who came from Bergen?", "Bruno")])
    assert answer.question == "Where does he sing?" and answer.asked == "Where does Bruno sing?"


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("\x1b[2J\x07", "empty"),
        ("?!...", "no words"),
        ("why " * 5000, r"too long \(5,000 words\); 100 words at most\."),
        ("x" * 3000, r"too long \(3,000 characters\); 2,000 characters at most\."),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_sentence(
    pipeline: Pipeline, fox: Document, question: str, says: str
) -> None:
    with pytest.raises(QuestionError, match=says):
        pipeline.ask(pipeline.open(fox), question)


def test_a_question_is_cleaned() -> None:
    assert checked("\x1b[31mwho\x1b[0m\n is\u202e it? ") == "who is it?"
    assert checked("why " * MAX_QUESTION_WORDS)


def test_a_question_of_stop_words_asks_for_nothing(pipeline: Pipeline, fox: Document) -> None:
    answer = pipeline.ask(pipeline.open(fox), "who?")
    assert answer.abstained and not answer.candidates and answer.nearest


def test_a_context_is_read_without_retrieval(pipeline: Pipeline) -> None:
    answer = pipeline.read("The red fox lives in Oslo.", "where does the red fox live?")
    assert answer.text == "Oslo" and answer.nearest == ()


def test_an_answer_does_not_run_on_into_the_next_paragraph() -> None:
    text = "The red fox lives in Oslo.\n\nThe grey wolf lives in Bergen."

    class Overlong(FakeReader):
        def read(self, question: str, text: str, stretches: object) -> list[Span]:
            return [Span(21, 39, 9.0), Span(21, 25, 5.0)]

    pipeline = Pipeline(Overlong(), FakeEmbedder(), cache=None)  # type: ignore[arg-type]
    answer = pipeline.ask(pipeline.open(from_text(text, "t")), "where does the red fox live?")
    assert [one.text for one in answer.candidates] == ["Oslo"]


def test_likeness_ranks_only_what_was_not_chosen_by_it() -> None:
    text = "Where the red fox lives is known to Bob. Its home is in Oslo, by the sea."
    better, like = text.index("Oslo"), text.index("Bob")

    class Undecided(FakeReader):
        def read(self, question: str, text: str, stretches: object) -> list[Span]:
            return [Span(better, better + 4, 3.0), Span(like, like + 3, 2.0)]

    pipeline = Pipeline(Undecided(), FakeEmbedder(), cache=None)  # type: ignore[arg-type]
    asked = "where does the red fox live?"
    whole = pipeline.ask(pipeline.open(from_text(text, "t")), asked)
    assert whole.text == "Bob" and whole.candidates[0].score > 2.0
    long = f"{text}\n\n" + "The owl sings. " * 900
    retrieved = pipeline.ask(pipeline.open(from_text(long, "t")), asked)
    assert retrieved.text == "Oslo"
    # Its sentence's likeness still counts for whether it is an answer at all.
    assert whole.candidates[1].text == "Oslo"
    assert retrieved.candidates[0].score == pytest.approx(whole.candidates[1].score)
    assert retrieved.candidates[1].score == pytest.approx(whole.candidates[1].score - 1)


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=300) | st.text(alphabet="Ab. \n\u0301é?\U0001f600", max_size=300),
    st.text(max_size=60),
)
def test_every_answer_is_the_documents_own_text(raw: str, question: str) -> None:
    pipeline = Pipeline(FakeReader(), FakeEmbedder(), cache=None)  # type: ignore[arg-type]
    try:
        story = pipeline.open(from_text(raw, "t"), words=7, overlap=3)
        answer = pipeline.ask(story, question)
    except (DocumentError, QuestionError) as error:
        assert error.message
        return
    for one in answer.candidates:
        assert story.document.text[one.start : one.end] == one.text != ""
        assert one.sentence[0] <= one.start < one.end <= one.sentence[1]
        assert 0 <= one.confidence <= 1


def test_confidence_grows_with_the_score_and_knows_how_long_the_text_is() -> None:
    model = (-1.0, 0.5, 0.1, -0.25)
    assert probability(model, 4.0, 2.0, 8) == pytest.approx(1 / (1 + math.exp(-0.45)))
    assert probability(model, 5.0, 2.0, 8) > probability(model, 4.0, 2.0, 8)
    assert probability(model, 4.0, 2.0, 8) > probability(model, 4.0, 2.0, 64)
    assert probability(model, 4.0, 2.0, 64) == probability(model, 4.0, 2.0, 9000)
    assert probability((*model, 0.1), 4.0, 2.0, 8) == pytest.approx(1 / (1 + math.exp(-1.65)))
    assert probability(model, 1e9, 0.0, 1) <= 1.0 and probability(model, -1e9, 0.0, 1) >= 0.0


def test_a_text_that_comes_again_is_not_embedded_again(
    pipeline: Pipeline, fox: Document, embedder: FakeEmbedder
) -> None:
    story = pipeline.open(fox)
    first = pipeline.ask(story, "Where did the wolf come from?")
    once = embedder.embedded
    again = pipeline.ask(story, "Where did the wolf come from?")
    assert embedder.embedded == once and again.candidates == first.candidates
    remembering = RememberingEmbedder(embedder)
    vectors = remembering.embed(["a fox", "an owl", "a fox"])
    assert embedder.embedded == once + 2 and (vectors[0] == vectors[2]).all()
    assert (remembering.embed(["an owl"])[0] == vectors[1]).all()


class Counting(FakeReader):
    """Notes how many stretches it was given each time."""

    def __init__(self) -> None:
        self.stretches: list[int] = []

    def read(self, question: str, text: str, stretches: Sequence[tuple[int, int]]) -> list[Span]:
        self.stretches.append(len(stretches))
        return super().read(question, text, stretches)


def test_only_what_may_still_win_is_read_again(fox: Document, embedder: FakeEmbedder) -> None:
    larger = Counting()
    pipeline = Pipeline(FakeReader(), embedder, None, larger)  # type: ignore[arg-type]
    answer = pipeline.ask(pipeline.open(fox), "A grey wolf called came from Bergen in May when?")
    assert answer.text == "Bruno" and larger.stretches == [1]  # all else is far behind
    assert [one.score for one in answer.candidates] == sorted(
        (one.score for one in answer.candidates), reverse=True
    )


@pytest.mark.parametrize("more", [0, 9])  # read whole; too long for that
def test_where_the_nearest_passages_answer_the_others_are_not_read(
    fox: Document, embedder: FakeEmbedder, more: int
) -> None:
    story = from_text(fox.text + "\n\nThe owl sings in the old tree by the lake." * more, "t")
    first = Counting()
    pipeline = Pipeline(first, embedder, None, FakeReader())  # type: ignore[arg-type]
    index = pipeline.open(story, words=12, overlap=0)
    assert (len(index.passages) > PASSAGES_READ + 2) == bool(more) and len(index.passages) > 2
    answer = pipeline.ask(index, "where did the grey wolf called Bruno come from in May?")
    assert answer.text == "Bergen" and first.stretches == [2]
    first.stretches.clear()
    assert pipeline.ask(index, "Zzz qqq?").abstained
    assert first.stretches[:2] == [2, 2]
    assert sum(first.stretches) == (PASSAGES_READ if more else len(index.passages))


def test_an_answer_ends_where_both_readers_would_have_it(embedder: FakeEmbedder) -> None:
    class Proposing(FakeReader):
        def __init__(self, **scores: float) -> None:
            self.scores = {name.replace("_", " "): score for name, score in scores.items()}

        def read(
            self, question: str, text: str, stretches: Sequence[tuple[int, int]]
        ) -> list[Span]:
            return [
                Span(text.index(name), text.index(name) + len(name), score)
                for name, score in self.scores.items()
            ]

    story = from_text("The keeper who lit the lamp was Nils Nyholm\n\nLater it rained.", "The lamp")
    first = Proposing(Nils=10, Nils_Nyholm=9, Nyholm=8, **{"Nyholm\n\nLater": 11})
    for larger, expected in (
        (Proposing(Nils=4, Nils_Nyholm=5), "Nils Nyholm"),
        (Proposing(Nils=5, Nils_Nyholm=5), "Nils"),
        (Proposing(was_Nils=9), "Nils"),
        (Proposing(**{"Nyholm\n\nLater": 9}), "Nils"),  # no answer runs on into a paragraph
    ):
        pipeline = Pipeline(first, embedder, None, larger)  # type: ignore[arg-type]
        answer = pipeline.ask(pipeline.open(story), "Which keeper lit the lamp?")
        places = sorted((one.start, one.end) for one in answer.candidates)
        assert answer.text == expected
        assert all(end <= start for (_, end), (start, _) in pairwise(places))


def test_a_story_can_be_opened_while_the_larger_reader_loads(fox: Document) -> None:
    coming: Future[FakeReader] = Future()
    pipeline = Pipeline(FakeReader(), FakeEmbedder(), None, coming)  # type: ignore[arg-type]
    story = pipeline.open(fox)
    threading.Timer(0.05, coming.set_result, [FakeReader()]).start()
    answer = pipeline.ask(story, "Where did the wolf called Bruno come from?")
    assert answer.text == "Bergen"
    damaged: Future[FakeReader] = Future()
    damaged.set_exception(ModelError("It is damaged."))
    pipeline = Pipeline(FakeReader(), FakeEmbedder(), None, damaged)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"It is damaged\."):
        pipeline.ask(pipeline.open(fox), "Where did the wolf come from?")
