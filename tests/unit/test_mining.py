"""Views mined for the larger reader, with fakes; no weights."""

import json
import random
from dataclasses import asdict
from pathlib import Path

import pytest

from qa.pipeline import Pipeline
from qa.squad import Gold, ReadingExample, load_reading_set
from qa.training import mining
from qa.training.examples import epoch
from qa.training.mining import mine, views, whole_texts

FILLER = "Rain fell on the harbour all that week and nobody went out in it at all. " * 5
TEXT = (
    f"The red fox lives in Oslo.\n\n{FILLER}\n\nThe red fox once lives a week in Bergen.\n\n"
    f"{FILLER}\n\nNobody asked the owl, who was in Rome."
)


def asked(question: str, *answers: str, context: str = TEXT, id: str = "q") -> ReadingExample:
    golds = tuple(Gold(one, context.index(one)) for one in answers)
    return ReadingExample(id, "fox", context, question, golds)


def mined(pipeline: Pipeline, *questions: ReadingExample) -> list[tuple[str, list[str]]]:
    """Each row's context, and its answers as they stand there."""
    rows = list(views(pipeline, TEXT, questions, random.Random(1)))
    for row in rows:
        for one in row.answers:
            assert row.context[one.start :].startswith(one.text)
    return [(row.context, [one.text for one in row.answers]) for row in rows]


def test_each_place_where_an_answer_is_seen_is_a_row(pipeline: Pipeline) -> None:
    first, second = mined(pipeline, asked("Where does the red fox live?", "Bergen"))
    assert {"Oslo" in one[0]: one[1] for one in (first, second)} == {True: [], False: ["Bergen"]}
    assert all(len(one[0]) < len(TEXT) / 2 for one in (first, second))


def test_the_answer_is_there_even_if_the_reader_did_not_see_it(pipeline: Pipeline) -> None:
    rows = mined(pipeline, asked("Where does the red fox live?", "Rome"))
    assert [answers for _, answers in rows].count(["Rome"]) == 1 and len(rows) == 3


def test_nothing_is_the_answer_of_what_the_text_does_not_say(pipeline: Pipeline) -> None:
    rows = mined(pipeline, asked("Where does the red fox live?"))
    assert len(rows) == 2 and not any(answers for _, answers in rows)


def test_a_place_that_may_answer_as_well_is_left_out(pipeline: Pipeline) -> None:
    rows = mined(pipeline, asked("Where does the red fox live?", "the harbour"))
    assert [answers for _, answers in rows] == [["the harbour"]]


def test_few_of_the_easy_questions_are_kept(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    easy = asked("Who asked the owl, who was in what?", "Rome")
    assert len(mined(pipeline, *[easy] * 100)) < 40
    monkeypatch.setattr(mining, "EASY", 1.0)
    assert len(mined(pipeline, *[easy] * 100)) == 100


def test_a_question_without_words_is_left_out(pipeline: Pipeline) -> None:
    assert mined(pipeline, asked("???", "Rome")) == []


def test_the_contexts_of_a_title_make_up_its_text() -> None:
    parts = ["The red fox lives in Oslo.", "The owl reads.", "fox lives in Oslo"]
    rows = [asked("Where?", "Oslo", context=parts[i]) for i in (0, 2)]
    rows.insert(1, asked("Who reads?", "owl", context=parts[1]))
    long = [ReadingExample("q", "long", "so " * 3000 + str(i), "What?", ()) for i in range(2)]
    ((text, questions),) = whole_texts([*rows, *long])
    assert text == f"{parts[0]}\n\n{parts[1]}"
    for one in questions:
        assert one.context == text and text[one.answers[0].start :].startswith(one.answers[0].text)
    apart = list(whole_texts(rows, apart=True))
    assert [(text, len(found)) for text, found in apart] == [(one.context, 1) for one in rows]


def test_mining_writes_a_set_that_trains_views_of_one_question_together(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "set.jsonl", tmp_path / "views.jsonl.gz"
    rows = [asked("Where does the red fox live?", "Oslo", id=str(i)) for i in range(3)]
    source.write_text("".join(json.dumps(asdict(one)) + "\n" for one in rows))
    monkeypatch.setattr(mining.pipeline, "load", lambda: pipeline)
    assert mine([source], out, most=3, seed=1) == "3 questions, 6 rows"
    found = load_reading_set(out)
    none = {"negatives": 0, "swaps": 0.0, "cuts": 0.0}
    made = epoch([found], [2 / 3], **none, seed=1)
    assert len(made) == 4 and len({one.group for one in made}) == 2
    assert sum(one.answer is not None for one in made) == 2
