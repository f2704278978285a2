"""Question sets: the bundled one is what it promises; good files load, bad ones are named."""

import gzip
import json
from collections import Counter, defaultdict
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import QuestionSet, bundled, load
from eval.retrieval import holding
from eval.selection import evenly, of_split
from index import documents
from qa.setfile import FormatError


@pytest.fixture(scope="module")
def soyuz() -> QuestionSet:
    return bundled()


def test_the_bundled_set_is_on_the_bundled_article(soyuz: QuestionSet) -> None:
    (story,) = soyuz.stories
    assert soyuz.name == "soyuz" and not soyuz.reading
    assert (story.document.title, story.document.text) == (
        documents.bundled().title,
        documents.bundled().text,
    )


def test_every_gold_of_the_bundled_set_stands_in_the_article(soyuz: QuestionSet) -> None:
    (story,) = soyuz.stories
    for question in story.questions:
        for gold in question.answers:
            assert gold in story.document.text, (question.id, gold)
        assert bool(holding(question.answers, story.document.text)) == bool(question.answers)
        assert len(set(question.answers)) == len(question.answers), question.id


def test_the_bundled_set_has_what_it_promises(soyuz: QuestionSet) -> None:
    questions = soyuz.stories[0].questions
    alone = [one for one in questions if not one.history]
    leaning = [one for one in questions if one.kind == "follow-up"]
    assert len({one.id for one in questions}) == len(questions) >= 150
    assert len({(one.history, one.question) for one in questions}) == len(questions)
    assert sum(bool(one.answers) for one in alone) >= 85
    assert sum(not one.answers for one in alone) >= 40
    assert len(leaning) >= 25 and all(one.history for one in leaning)
    assert 3 <= sum(not one.answers for one in leaning) <= 5
    unrelated = [one for one in questions if one.kind == "topic change"]
    assert len(unrelated) >= 4 and all(one.history and one.answers for one in unrelated)
    kinds = {one.kind for one in questions}
    assert {"who", "when", "where", "what", "why", "how many", "paraphrase"} <= kinds
    assert all((not one.answers) == (one.kind == "unanswerable") for one in alone)


def test_the_bundled_set_is_halved_in_each_kind(soyuz: QuestionSet) -> None:
    splits: dict[str | None, list[str | None]] = defaultdict(list)
    for question in sorted(soyuz.stories[0].questions, key=lambda one: one.id):
        splits[question.kind].append(question.split)
    for kind, found in splits.items():
        assert found == [("dev", "test")[i % 2] for i in range(len(found))], kind
    dev, test = of_split(soyuz, "dev"), of_split(soyuz, "test")
    assert len(dev) + len(test) == len(soyuz)
    assert of_split(dev, "dev") == dev


SETS = Path(str(files("eval"))) / "sets"


@pytest.mark.parametrize("name", ["long", "mixed", "news", "soyuz-2", "soyuz-3"])
def test_every_gold_of_the_other_sets_stands_in_its_text(name: str) -> None:
    found = load(SETS / f"{name}.jsonl")
    questions = [one for story in found.stories for one in story.questions]
    assert len({one.id for one in questions}) == len(questions) >= 130
    for story in found.stories:
        for question in story.questions:
            assert all(gold in story.document.text for gold in question.answers), question.id
            assert (question.kind == "unanswerable") == (not question.answers) or question.history


def test_half_of_the_long_texts_choose_and_half_test() -> None:
    splits = [{one.split for one in story.questions} for story in load(SETS / "long.jsonl").stories]
    assert splits == [{"dev"}, {"test"}] * 6


STORY: dict[str, Any] = {
    "title": "Fox",
    "text": "The fox\r\nran\x1b[31m home.",
    "questions": [
        {"id": 7, "question": "Who ran?", "answers": ["the fox", "fox"], "explicit": True},
        {"id": "b", "question": "Why?", "answers": [], "history": ["Who ran?"], "kind": "why"},
    ],
}


def written(path: Path, *rows: Any) -> Path:
    data = "\n".join(json.dumps(row) for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["fox.jsonl", "fox.jsonl.gz", "fox.json"])
def test_a_story_set(tmp_path: Path, name: str) -> None:
    found = load(written(tmp_path / name, STORY))
    (story,) = found.stories
    assert (found.name, found.reading, len(found)) == (f"{tmp_path.name}/fox", False, 2)
    assert story.document.text == "The fox\nran home."  # cleaned, as a story that a user opens
    first, second = story.questions
    assert (first.id, first.answers, first.explicit) == ("7", ("the fox", "fox"), True)
    assert (second.answers, second.history, second.kind) == ((), ("Who ran?",), "why")


def test_a_reading_set_keeps_its_contexts_as_they_are(tmp_path: Path) -> None:
    row = {
        "id": "1",
        "title": "",
        "context": " A\r\ncat.",
        "question": "Who?",
        "answers": [{"text": "cat", "start": 4}],
    }
    found = load(written(tmp_path / "cat.jsonl", row))
    assert found.reading
    assert found.stories[0].document.text == " A\r\ncat."
    assert found.stories[0].questions[0].answers == ("cat",)
    assert found.always_answered
    found = load(written(tmp_path / "cats.jsonl", row, row | {"id": "2", "answers": []}))
    assert not found.always_answered


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "set.jsonl has no questions in it."),
        ([{"a": 1}], "set.jsonl is neither a story set nor a reading set."),
        ([[1, 2]], "set.jsonl is neither a story set nor a reading set."),
        ([{"data": []}], "set.jsonl has no questions in it."),
        ([STORY | {"questions": []}], "set.jsonl has no questions in it."),
        ([STORY, STORY], "set.jsonl has 2 questions with the id 7."),
        ([STORY, 5], "set.jsonl, line 2: a story needs title, text and questions."),
        ([STORY | {"text": 5}], "set.jsonl, line 1: a story needs title, text and questions."),
        ([STORY | {"questions": 5}], "set.jsonl, line 1: a story needs title, text and questions."),
        ([STORY | {"text": " \u200b."}], "set.jsonl, line 1: the story has no words in it."),
        *[
            (
                [STORY | {"questions": [STORY["questions"][0], wrong]}],
                "set.jsonl, line 1, question 2: a question needs id, question and answers.",
            )
            for wrong in (
                "Who?",
                {"id": "1", "question": "Who?"},
                {"id": "1", "question": 4, "answers": []},
            )
        ],
        *[
            (
                [STORY | {"questions": [{"id": "1", "question": "Who?", "answers": []} | wrong]}],
                f"set.jsonl, line 1, question 1: {next(iter(wrong))} must be a list of strings.",
            )
            for wrong in (
                {"answers": "fox"},
                {"answers": [{"text": "fox"}]},
                {"history": "Why?"},
                {"history": [None]},
            )
        ],
    ],
)
def test_a_wrong_set_is_named_in_a_sentence(tmp_path: Path, rows: list[Any], message: str) -> None:
    with pytest.raises(FormatError) as caught:
        load(written(tmp_path / "set.jsonl", *rows))
    assert caught.value.message == message


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "set.jsonl", STORY)
    path.write_text(path.read_text() + '\n{"title": ')
    with pytest.raises(FormatError, match=r"^set\.jsonl, line 2 is not JSON\.$"):
        load(path)


def test_labels_are_cleaned_and_odd_ones_ignored(tmp_path: Path) -> None:
    odd = {
        "id": "1",
        "question": "?",
        "answers": [],
        "kind": "a\x1b[2Jb",
        "split": 3,
        "explicit": 1,
    }
    (story,) = load(written(tmp_path / "set.jsonl", STORY | {"questions": [odd]})).stories
    question = story.questions[0]
    assert (question.kind, question.split, question.explicit) == ("ab", None, None)


def test_a_limit_takes_evenly_spaced_questions(soyuz: QuestionSet) -> None:
    questions = soyuz.stories[0].questions
    chosen = evenly(soyuz, 50).stories[0].questions
    places = [questions.index(one) for one in chosen]
    assert len(chosen) == 50 and places[0] == 0
    assert set(Counter(b - a for a, b in pairwise(places))) <= {4, 5}
    assert evenly(soyuz, 10_000) == soyuz
    assert len(evenly(soyuz, 1)) == 1


def test_a_split_that_is_not_there(tmp_path: Path) -> None:
    found = load(written(tmp_path / "fox.jsonl", STORY))
    with pytest.raises(FormatError, match="has no questions in a split dev"):
        of_split(found, "dev")


def test_a_home_that_nobody_has_is_no_file() -> None:
    with pytest.raises(FormatError, match="no file"):
        load("~nobody-of-this-name/set.jsonl")
