"""The question history across sessions."""

import json
from pathlib import Path

import pytest

from tui import history


def test_questions_come_back_oldest_first(tmp_path: Path) -> None:
    path = tmp_path / "data" / "history.jsonl"
    for question in ("Who?", "Where\nand when?", "Who?"):
        history.append(path, question)
    assert history.load(path) == ["Who?", "Where\nand when?", "Who?"]


def test_a_repeated_or_blank_question_is_not_added(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    for question in ("Who?", "Who?", " ", ""):
        history.append(path, question)
    assert history.load(path) == ["Who?"]


def test_the_oldest_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LIMIT", 3)
    path = tmp_path / "history.jsonl"
    for question in "abcde":
        history.append(path, question)
    assert history.load(path) == ["c", "d", "e"]
    assert [json.loads(line) for line in path.read_text().splitlines()] == ["c", "d", "e"]
    assert list(tmp_path.iterdir()) == [path]


def test_damage_costs_only_the_damaged_lines(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b'"Who?"\n\xff\n{}\n7\n"Where?"\n"Whe')
    assert history.load(path) == ["Who?", "Where?"]
    history.append(path, "When?")
    assert history.load(path) == ["Who?", "Where?", "When?"]


def test_no_file_and_a_folder_are_an_empty_history(tmp_path: Path) -> None:
    assert history.load(tmp_path / "none") == history.load(tmp_path) == []


def test_a_folder_that_can_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(history.HistoryError, match=r"The question can't be kept in .*file: "):
        history.append(tmp_path / "file" / "history.jsonl", "Who?")
