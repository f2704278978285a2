"""The benchmark's cases, counting and table; how fast anything is, no test asks."""

import pytest

from eval import benchmark, rivals
from eval.benchmark import Case, Measured
from eval.datasets import Question, QuestionSet, Story
from index.documents import Document


def test_a_reading_set_is_read_on_its_contexts() -> None:
    question = Question("1", "When?", ("Tuesday",))
    questions = QuestionSet("days", True, (Story(Document("", "On Tuesday."), (question,)),))
    assert benchmark.cases(questions) == [Case(question, ("On Tuesday.",))]


def test_every_case_is_asked_once_after_the_warm_up() -> None:
    cases = [Case(Question(str(i), f"{i}?", ("x",) if i < 3 else ()), ("x y",)) for i in range(4)]
    asked: list[str] = []

    def read(question: str, contexts: object) -> str:
        asked.append(question)
        return "x y" if question == "1?" else "x"

    found = benchmark.measure("fake", read, cases)
    assert asked == ["0?", "1?", "2?", "0?", "1?", "2?", "3?"]
    assert found.f1 == pytest.approx(100 * (1 + 2 / 3 + 1 + 0) / 4)
    assert found.milliseconds >= 0


def test_the_table_gives_times_as_multiples_of_the_first() -> None:
    rows = [Measured("ours", 20.0, 86.04), Measured("the other", 50.0, 85.0)]
    assert benchmark.table(rows) == (
        "reader     ms a question (p50)  times ours     F1\n"
        "ours                      20.0        1.00   86.0\n"
        "the other                 50.0        2.50   85.0"
    )


def test_contexts_are_joined_with_their_places() -> None:
    text, stretches = rivals.joined(["one", "", "three"])
    assert [text[a:b] for a, b in stretches] == ["one", "", "three"]


def test_bad_input_ends_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.main(["gone.jsonl"]) == 2
    assert capsys.readouterr().err == "storychat: There is no file gone.jsonl.\n"
    with pytest.raises(SystemExit):
        benchmark.main(["gone.jsonl", "--limit", "0"])
