"""Scores against an independent statement of SQuAD's evaluate-v2.0.py and numbers worked by hand;
files good and bad."""

import gzip
import json
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import training
from qa.setfile import FormatError, read_text, rows
from qa.squad import Gold, best_scores, consensus, exact_match, f1, load_reading_set
from qa.squad import normalize_answer as normalize


def stated(text: str) -> str:
    """The official normalisation, said another way: letter by letter, then word by word."""
    kept = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return " ".join(re.compile(r"\b(?:the|an|a)\b").sub(" ", kept).split())


def stated_f1(gold: str, said: str) -> float:
    """The official F1, matching words off one by one instead of by counters."""
    golds, saids = stated(gold).split(), stated(said).split()
    if not golds or not saids:
        return 1.0 if golds == saids else 0.0
    left, same = list(golds), 0
    for word in saids:
        if word in left:
            left.remove(word)
            same += 1
    if same == 0:
        return 0.0
    precision, recall = 1.0 * same / len(saids), 1.0 * same / len(golds)
    return (2 * precision * recall) / (precision + recall)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Challenge", "challenge"),
        ("a an the", ""),
        ("theatre and another", "theatre and another"),
        ("  two\t\nwords ", "two words"),
        ("3.5 hours", "35 hours"),  # the full stop goes, the digits join
        ("U.S.", "us"),
        ("Peresild's", "peresilds"),
        # Dashes and quotes beyond ASCII are not in string.punctuation: they stay.
        ("Russia’s", "russia’s"),
        ("“Challenge,”", "“challenge”"),
        ("24–10", "24–10"),
        ("24-10", "2410"),
        ("a – b", "– b"),  # and a lone dash is a word
        # An article that punctuation hides is only seen once the punctuation is gone.
        ("a-b", "ab"),
        ('"a" b', "b"),
        # \b is Unicode's: ’ ends a word, é does not.
        ("the’s", "’s"),
        ("aé", "aé"),
        ("ÉCOLE Straße İ", "école straße i̇"),
        ("non\u00a0breaking\u2003space", "non breaking space"),
    ],
)
def test_normalised_as_the_official_script_does(text: str, expected: str) -> None:
    assert normalize(text) == expected
    assert stated(text) == expected


@pytest.mark.parametrize(
    ("said", "gold", "exact", "expected"),
    [
        ("Shkaplerov", "Shkaplerov", 1, 1.0),
        ("the Shkaplerov!", "shkaplerov", 1, 1.0),
        ("Shkaplerov", "Anton Shkaplerov", 0, 2 / 3),  # P 1, R 1/2
        ("veteran cosmonaut Anton Shkaplerov", "Anton Shkaplerov", 0, 2 / 3),  # P 1/2, R 1
        ("in May last year", "May of last year", 0, 0.75),  # 3 of 4 and 3 of 4
        ("to be or not to be", "to be", 0, 0.5),  # counted words: 2 of 6, 2 of 2
        ("to be", "to to", 0, 0.5),  # one "to" only matches once
        ("Tom Cruise", "Doug Liman", 0, 0.0),
        ("Russia’s", "Russia's", 0, 0.0),  # a curly apostrophe makes another word
        ("3.5", "35", 1, 1.0),
        ("", "", 1, 1.0),
        ("", "Shkaplerov", 0, 0.0),
        ("Shkaplerov", "", 0, 0.0),
        ("the", "", 1, 1.0),  # nothing is left of either
        ("...", "an", 1, 1.0),
        ("–", "", 0, 0.0),  # something is left of a dash
    ],
)
def test_scores_worked_by_hand(said: str, gold: str, exact: int, expected: float) -> None:
    assert exact_match(said, gold) == exact
    assert f1(said, gold) == expected
    assert stated_f1(gold, said) == expected


_WORDS = st.sampled_from(
    ["the", "A", "an", "Anton", "cosmonaut", "“Challenge,”", "3.5", "24–10", "’", "-", "é", "in"]
)
_ANSWERS = st.one_of(st.text(max_size=12), st.lists(_WORDS, max_size=6).map(" ".join))


@given(_ANSWERS, _ANSWERS)
def test_agrees_with_the_statement_to_the_last_digit(said: str, gold: str) -> None:
    assert normalize(said) == stated(said)
    assert exact_match(said, gold) == float(stated(said) == stated(gold))
    assert f1(said, gold) == stated_f1(gold, said)


@pytest.mark.parametrize(
    ("said", "golds", "expected"),
    [
        ("Peresild", ["Yulia Peresild", "Peresild"], (1.0, 1.0)),
        # The best of each, though not of the same gold.
        ("actress Yulia Peresild", ["Peresild", "Yulia Peresild"], (0.0, 0.8)),
        ("", [], (1.0, 1.0)),
        ("Peresild", [], (0.0, 0.0)),
        ("", ["the", "..."], (1.0, 1.0)),  # golds of nothing are no golds
        ("", ["the", "Peresild"], (0.0, 0.0)),  # unless another one is left
        ("the", ["a", "Peresild"], (0.0, 0.0)),
    ],
)
def test_the_best_over_several_golds(
    said: str, golds: list[str], expected: tuple[float, float]
) -> None:
    assert best_scores(said, golds) == expected


def test_consensus_is_what_the_others_agree_on_and_short() -> None:
    golds = [Gold("in the city of Baikonur", 3), Gold("Baikonur", 18), Gold("the Baikonur", 0)]
    assert consensus(golds) == Gold("Baikonur", 18)


SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Soyuz",
            "paragraphs": [
                {
                    "context": "It flew on Tuesday.",
                    "qas": [
                        {
                            "id": "1",
                            "question": "When?",
                            "answers": [{"text": "Tuesday", "answer_start": 11}],
                            "is_impossible": False,
                        },
                        {
                            "id": "2",
                            "question": "Why?",
                            "answers": [],
                            "plausible_answers": [{"text": "Tuesday", "answer_start": 11}],
                            "is_impossible": True,
                        },
                    ],
                }
            ],
        }
    ],
}
ROW = {
    "id": 1,
    "title": "Soyuz",
    "context": "It flew on Tuesday.",
    "question": "When?",
    "answers": [{"text": "Tuesday", "start": 11}],
}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["set.json", "set.json.gz"])
def test_squad_json(tmp_path: Path, name: str, indent: int | None) -> None:
    data = json.dumps(SQUAD, indent=indent).encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    first, second = load_reading_set(tmp_path / name)
    assert (first.id, first.question, first.answers) == ("1", "When?", (Gold("Tuesday", 11),))
    assert (second.id, second.answers) == ("2", ())


def test_json_lines_with_blank_ones_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("\ufeff\n" + json.dumps(ROW) + "\r\n\n" + json.dumps(ROW | {"id": "b"}) + "\n")
    assert [one.id for one in load_reading_set(path)] == ["1", "b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "set.jsonl has no questions in it."),
        (b"{", "set.jsonl, line 1 is not JSON."),
        (json.dumps(ROW).encode() + b"\noops", "set.jsonl, line 2 is not JSON."),
        (b"\xff\xfeabc", "set.jsonl is not UTF-8 text."),
        (b"[" * 100_000, "set.jsonl, line 1 is not JSON."),
        (b"9" * 5000, "set.jsonl, line 1 is not JSON."),
        (b'{"data": [{"title": "x"}]}', "set.jsonl, article 1 is not in SQuAD's format."),
        (b'{"data": [7]}', "set.jsonl, article 1 is not in SQuAD's format."),
        (
            b'{"data": [{"paragraphs": [{"context": "x", "qas": [{"id": "1"}]}]}]}',
            "set.jsonl, article 1, paragraph 1 is not in SQuAD's format.",
        ),
    ],
)
def test_a_wrong_file_is_named_in_a_sentence(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(content)
    with pytest.raises(FormatError) as caught:
        load_reading_set(path)
    assert caught.value.message == message


@pytest.mark.parametrize(
    "row",
    [
        7,
        [],
        ROW | {"context": None},
        ROW | {"question": ["When?"]},
        ROW | {"answers": ["Tuesday"]},
        ROW | {"answers": "Tuesday"},
        ROW | {"answers": None},
        ROW | {"answers": [{"text": "Tuesday", "start": None}]},
        ROW | {"answers": [{"text": "Tuesday", "start": float("inf")}]},
        {"id": "1"},
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: object) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + json.dumps(row))
    with pytest.raises(FormatError, match=r"^set\.jsonl, line 2: a question needs id, context"):
        load_reading_set(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"^There is no file .*gone\.json\.$"):
        read_text(tmp_path / "gone.json")
    with pytest.raises(FormatError, match=r"is a folder; name a set in it\.$"):
        read_text(tmp_path)
    whole = gzip.compress(b"x" * 1000)
    for number, data in enumerate((b"no gzip", whole[:-12], whole[:12] + b"\0\0" + whole[14:])):
        (tmp_path / f"{number}.gz").write_bytes(data)
        with pytest.raises(FormatError, match=r"is a damaged gzip file\.$"):
            read_text(tmp_path / f"{number}.gz")


def test_a_lone_surrogate_becomes_a_question_mark(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(ROW | {"question": "When\ud800"}))
    assert load_reading_set(path)[0].question == "When?"


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_one_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    path = tmp_path_factory.mktemp("set") / "set.jsonl"
    path.write_bytes(data)
    try:
        list(rows(read_text(path), path.name))
    except FormatError as error:
        assert error.message.startswith("set.jsonl") and error.message.endswith(".")


@pytest.mark.parametrize(
    ("name", "answered", "unanswered"), [("written", 26_130, 25_626), ("tricky", 3_995, 20_000)]
)
def test_the_questions_written_for_training_are_a_reading_set(
    name: str, answered: int, unanswered: int
) -> None:
    examples = load_reading_set(Path(training.__file__).parent / f"{name}.jsonl.gz")
    answers = [(one.context, gold) for one in examples for gold in one.answers]
    assert all(context[gold.start :].startswith(gold.text) for context, gold in answers)
    assert len({one.id for one in examples}) == len(examples)
    assert len(answers) == answered and sum(not one.answers for one in examples) == unanswered
