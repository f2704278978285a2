"""Tables, JSON and the command, with the pipeline replaced by a list of answers."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval import command, report
from eval.datasets import Question
from eval.files import OutputError, check_writable, write_text
from eval.runner import Result
from index.documents import Document
from index.errors import StorychatError
from index.passages import Passage
from qa import pipeline
from qa.answer import Answer, Candidate
from qa.squad import best_scores


def result(answer: str, golds: tuple[str, ...], **labels: Any) -> Result:
    exact, f1 = best_scores(answer, golds)
    question = Question(labels.pop("id", "q1"), labels.pop("question", "Who?"), golds, **labels)
    return Result(question, "Who?", answer, 0.75, 0.0, exact, f1, exact, f1, 12.4)


RESULTS = [
    result("Anton Shkaplerov", ("Shkaplerov",), kind="who", explicit=True),
    result("Tuesday", ("Tuesday",), kind="when", explicit=True),
    result("", (), kind="unanswerable", explicit=False),
]


def test_the_tables_are_aligned_plain_text() -> None:
    assert report.tables([("soyuz", RESULTS)]) == (
        "set    n    EM    F1  HasAns EM/F1  NoAns  best span  ECE/answers  p50/p95 ms\n"
        "soyuz  3  66.7  88.9     50.0/83.3  100.0  50.0/83.3    .250/.250       12/12\n"
        "\n"
        "answer    n     EM     F1  HasAns EM/F1  NoAns  best span\n"
        "explicit  2   50.0   83.3     50.0/83.3      –  50.0/83.3\n"
        "implicit  1  100.0  100.0             –  100.0          –\n"
        "\n"
        "kind          n     EM     F1  HasAns EM/F1  NoAns    best span\n"
        "who           1    0.0   66.7      0.0/66.7      –     0.0/66.7\n"
        "when          1  100.0  100.0   100.0/100.0      –  100.0/100.0\n"
        "unanswerable  1  100.0  100.0             –  100.0            –"
    )


def test_several_sets_share_a_table_and_name_their_parts() -> None:
    text = report.tables([("a/dev", RESULTS[:1]), ("b", [result("x", ("x",))])])
    assert text.split("\n\n")[0].count("\n") == 2
    assert "a/dev, kind" in text and "\nb, kind" not in text


def test_json_has_squads_names_and_the_parts() -> None:
    row = json.loads(report.as_json("soyuz", RESULTS, show_errors=False))
    assert row["set"] == "soyuz"
    assert (row["total"], row["HasAns_total"], row["NoAns_total"]) == (3, 2, 1)
    assert row["HasAns_f1"] == pytest.approx(100 * (2 / 3 + 1) / 2)
    assert row["by_answer"]["explicit"]["total"] == 2
    assert row["by_kind"]["when"]["exact"] == 100.0
    assert "errors" not in row
    errors = json.loads(report.as_json("soyuz", RESULTS, show_errors=True))["errors"]
    assert [one["answer"] for one in errors] == ["Anton Shkaplerov"]


def test_mistakes_say_what_was_said_and_what_is_right() -> None:
    wrong = result("x\x1b[2J", ("y", "y", "z"), question="Why?\x1b[31m", history=("Who?",))
    assert report.mistakes([wrong, RESULTS[1]]) == (
        "q1  Who? < Why?\n    said   'x' (75 %, F1 0.00)\n    right  'y' | 'z'"
    )
    assert "the story doesn't say" in report.mistakes([result("", ("y",))])
    assert report.mistakes([RESULTS[1]]) == "No mistakes."


class Engine:
    """Says "Tuesday" to everything, and nothing to a question with "why" in it."""

    def open(self, document: Document) -> None:
        raise AssertionError("a reading set opens no story")

    def read(self, context: str, question: str, *, abstain: bool) -> Answer:
        said = "" if abstain and "why" in question.lower() else "Tuesday"
        span = Candidate("Tuesday", 0, 7, 2.0, 0.5, Passage(0, 0, 7, "Tuesday"), (0, 7))
        return Answer(question, question, (span,), not said, 0.5, 1.0, (), {})


@pytest.fixture
def reading_set(tmp_path: Path) -> Path:
    rows = [
        {
            "id": str(i),
            "title": "",
            "context": "Tuesday",
            "question": "Why?" if i % 2 else "When?",
            "answers": [] if i % 2 else [{"text": "Tuesday", "start": 0}],
        }
        for i in range(8)
    ]
    path = tmp_path / "days.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


@pytest.fixture
def evaluate(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setattr(pipeline, "load", lambda progress: Engine())

    def run(*argv: object) -> int:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        return command.run(parser.parse_args([str(one) for one in argv]))

    return run


def test_the_command_prints_data_only(
    evaluate: Callable[..., int], reading_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(reading_set, "--json", "--limit", 4) == 0
    output = capsys.readouterr()
    row = json.loads(output.out)
    assert (row["total"], row["exact"], output.err) == (4, 100.0, "")
    assert row["set"].endswith("/days")


def test_predictions_are_squads(
    evaluate: Callable[..., int], reading_set: Path, tmp_path: Path
) -> None:
    path = tmp_path / "predictions.json"
    assert evaluate(reading_set, "--predictions", path) == 0
    assert json.loads(path.read_text()) == {str(i): "" if i % 2 else "Tuesday" for i in range(8)}
    assert sorted(one.name for one in tmp_path.iterdir()) == ["days.jsonl", "predictions.json"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--predictions", "nowhere/p.json"), "nowhere/p.json can't be written: no such file"),
        (("--predictions", "."), "is a folder"),
        (("--split", "dev"), "has no questions in a split dev"),
        (("gone.jsonl",), "There is no file gone.jsonl"),
        (("gone.jsonl", "--predictions", "p.json"), "takes one set"),
    ],
)
def test_bad_input_is_told_before_models_load(
    evaluate: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    reading_set: Path,
    more: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.setattr(pipeline, "load", lambda progress: pytest.fail("loaded"))
    with pytest.raises(StorychatError, match=message):
        evaluate(reading_set, *more)


def test_a_limit_is_a_number_above_0(evaluate: Callable[..., int]) -> None:
    for wrong in ("0", "-3", "x", "²"):
        with pytest.raises(SystemExit):
            evaluate("--limit", wrong)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    check_writable(path)
    assert list(tmp_path.iterdir()) == []
    write_text(path, "one")
    path.chmod(0o600)
    write_text(path, "two")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("two", 0o600)
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")
    assert path.read_text() == "two"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(OutputError):
        write_text(tmp_path / "gone" / "out.json", "x")
