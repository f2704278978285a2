"""Chats come back as they were kept, whatever happens to their files."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Document
from index.passages import Passage
from index.search import Retrieved
from qa.answer import Answer, Candidate, Turn
from tui import chat_records, chats
from tui.chat_records import Chat, SavedTurn, Span, Story

TEXT = "The trip lasted about 3.5 hours. It was hard."
DOCUMENT = Document("Space", TEXT, "/stories/space.txt")
PASSAGE = Passage(0, 0, len(TEXT), TEXT)


def candidate(text: str) -> Candidate:
    start = TEXT.index(text)
    return Candidate(text, start, start + len(text), 9.5, 0.8, PASSAGE, (0, 32))


def answer(question: str, abstained: bool = False) -> Answer:
    spans = (candidate("about 3.5 hours"), candidate("3.5"))
    nearest = (Retrieved(PASSAGE, 0.2, 1, 1),)
    return Answer(question, question, spans, abstained, 0.8, -3.0, nearest, {})


def turn(question: str = "How long?", abstained: bool = False) -> SavedTurn:
    return chat_records.turn_of(answer(question, abstained), DOCUMENT, 1)


def chat_of(folder: Path, *questions: str) -> Chat:
    chat = chats.start(folder, DOCUMENT)
    for question in questions:
        chat = chats.append(chat, turn(question))
    return chat


def test_a_turn_keeps_the_span_its_sentence_and_the_runners_up() -> None:
    kept = turn()
    assert kept.answer is not None
    assert TEXT[kept.answer.start : kept.answer.end] == kept.answer.text == "about 3.5 hours"
    assert kept.answer.quote == "The trip lasted about 3.5 hours."
    assert [one.text for one in kept.others] == ["3.5"]
    assert (kept.answer.passage, kept.passages, kept.nearest) == (1, 1, ((1, 0, len(TEXT)),))


def test_an_abstention_keeps_its_candidates_as_runners_up() -> None:
    kept = turn(abstained=True)
    assert kept.answer is None
    assert [one.text for one in kept.others] == ["about 3.5 hours", "3.5"]


def test_an_empty_chat_leaves_no_file(tmp_path: Path) -> None:
    chats.rename(chats.start(tmp_path / "chats", DOCUMENT), "Named")
    assert not (tmp_path / "chats").exists()


def test_what_was_appended_is_read_back(tmp_path: Path) -> None:
    chat = chat_of(tmp_path / "new" / "chats", "How long?", "Was it hard?")
    assert chats.load(chat.path) == chat
    assert chat.name == "Space"
    assert chat.path.stat().st_mode & 0o777 == 0o600


def test_a_resumed_chat_goes_on_in_its_file(tmp_path: Path) -> None:
    chat = chat_of(tmp_path, "How long?")
    longer = chats.append(chats.load(chat.path), turn("Was it hard?"))
    assert chats.load(chat.path) == longer
    assert chat_records.history(longer.turns) == (
        Turn("How long?", "about 3.5 hours"),
        Turn("Was it hard?", "about 3.5 hours"),
    )


def test_a_new_name_lasts_and_can_not_be_blank(tmp_path: Path) -> None:
    chat = chats.rename(chat_of(tmp_path, "How long?"), " Trip\nnotes ")
    assert chats.load(chat.path) == chat
    assert chat.name == "Trip notes"
    with pytest.raises(chats.ChatError, match="blank"):
        chats.rename(chat, "  ")


def test_a_name_given_before_the_first_turn_is_kept(tmp_path: Path) -> None:
    chat = chats.append(chats.rename(chats.start(tmp_path, DOCUMENT), "Early"), turn())
    assert chats.load(chat.path).name == "Early"


def test_a_chat_whose_file_is_gone_is_written_anew_whole(tmp_path: Path) -> None:
    chat = chat_of(tmp_path, "How long?")
    chats.delete(chat)
    chats.delete(chat)
    assert not chat.path.exists()
    chat = chats.append(chat, turn("Was it hard?"))
    assert chats.load(chat.path) == chat
    assert len(chat.turns) == 2


def test_the_list_is_newest_first_and_names_what_it_can_not_read(tmp_path: Path) -> None:
    old, new = chat_of(tmp_path, "Old?"), chat_of(tmp_path, "New?")
    old = chats.append(old, replace(turn("Again?"), time="2999-01-01T00:00:00.000+00:00"))
    (tmp_path / "noise.jsonl").write_bytes(b"\xff\x00{")
    (tmp_path / "other.jsonl").write_text('{"kind": "else"}\n[]\n')
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "deep.jsonl").write_text("[" * 100_000)
    listing = chats.list_all(tmp_path)
    assert listing.chats == (old, new)
    assert len(listing.problems) == 5
    assert all("is not a chat, or is damaged." in problem for problem in listing.problems)


def test_no_folder_is_an_empty_list(tmp_path: Path) -> None:
    assert chats.list_all(tmp_path / "none") == chats.Listing((), ())
    assert chats.latest(tmp_path / "none", "00") is None


def test_the_latest_chat_about_a_story_is_found(tmp_path: Path) -> None:
    first = chat_of(tmp_path, "First?")
    last = chats.append(chats.start(tmp_path, DOCUMENT), replace(turn(), time="2999"))
    chats.append(chats.start(tmp_path, Document("Other", "Other text.")), turn())
    (tmp_path / "noise.jsonl").write_text(f"not json {first.story.sha256}")
    assert chats.latest(tmp_path, first.story.sha256) == last
    assert chats.latest(tmp_path, "0" * 64) is None


def test_search_looks_in_questions_answers_and_names(tmp_path: Path) -> None:
    chat = chat_of(tmp_path, "How long was the TRIP?", "Was it hard?")
    found = [chats.Match(chat, (0,))]
    assert chats.search([chat], "trip") == found
    assert chats.search([chat], "trip 3.5") == found
    assert chats.search([chat], "hours") == [chats.Match(chat, (0, 1))]
    assert chats.search([chat], "space") == [chats.Match(chat, ())]
    assert chats.search([chat], "trip moon") == []


def test_a_folder_that_can_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    chat = chats.start(tmp_path / "file" / "chats", DOCUMENT)
    with pytest.raises(chats.ChatError, match=r"can't be saved in .*file.chats: .*is a file\."):
        chats.append(chat, turn())


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind": "turn"}',
        b'{"kind": "turn", "question": 3}',
        b'{"kind": "name", "name": []}',
        b"[1]",
        b"\xff",
        b'{"kind": "tu',
    ],
)
def test_a_damaged_line_spoils_only_itself(tmp_path: Path, line: bytes) -> None:
    chat = chat_of(tmp_path, "Before?")
    with chat.path.open("ab") as file:
        file.write(line)
    longer = chats.append(chat, turn("After?"))
    assert chats.load(chat.path) == replace(longer, damaged=1)


NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    "wrong",
    [
        {"passages": INFINITE},
        *({"confidence": value} for value in (NAN, INFINITE, -0.1, 1.1, 10**400)),
        *({"answer": {"confidence": value}} for value in (NAN, INFINITE, 2)),
        *({"answer": {"start": value}} for value in (-1, 10**400, INFINITE, 40)),
        *({"answer": {"end": value}} for value in (3, 10**10)),
        *({"answer": {"sentence": value}} for value in ([32, 0], [-5, 3], [0, 10**10], [1])),
        *({"nearest": [value]} for value in ([1, 0, 10**10], [1, -1, 3], [1, 0], [1, 0, 1, 2])),
    ],
)
def test_numbers_no_turn_can_have_are_damage(tmp_path: Path, wrong: dict[str, Any]) -> None:
    chat = chat_of(tmp_path, "Fine?", "Damaged?")
    text = chat.path.read_text().splitlines()
    record = json.loads(text[2])
    for key, value in wrong.items():
        record[key] = {**record[key], **value} if key == "answer" else value
    chat.path.write_text("\n".join([*text[:2], json.dumps(record)]))
    assert chats.load(chat.path) == replace(chat, turns=chat.turns[:1], damaged=1)


words = st.text(max_size=30)
numbers = st.integers(0, 10**9)
places = st.tuples(numbers, numbers).map(lambda place: (min(place), max(place)))
spans = st.builds(
    lambda text, place, *others: Span(text, *place, *others),
    words,
    places,
    st.floats(0, 1),
    numbers,
    places,
    words,
)
turns = st.builds(
    SavedTurn,
    words,
    words,
    st.builds(Story, words, words, words),
    st.none() | spans,
    st.floats(0, 1),
    st.lists(spans, max_size=2).map(tuple),
    st.lists(st.builds(lambda at, place: (at, *place), numbers, places), max_size=2).map(tuple),
    numbers,
    words,
)


def written(folder: str, name: str, asked: list[SavedTurn]) -> Chat:
    chat = chats.start(Path(folder), DOCUMENT, name)
    for one in asked:
        chat = chats.append(chat, one)
    return chat


@settings(deadline=None)
@given(st.text(min_size=1), st.lists(turns, min_size=1, max_size=3))
def test_any_chat_comes_back_as_it_was(name: str, asked: list[SavedTurn]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        chat = written(folder, name, asked)
        assert chats.load(chat.path) == chat


@settings(deadline=None)
@given(st.lists(turns, min_size=1, max_size=3), st.data())
def test_a_cut_at_any_byte_loses_no_earlier_turn(
    asked: list[SavedTurn], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        chat = written(folder, "", asked)
        whole = chat.path.read_bytes()
        head = whole.index(b"\n")
        cut = data.draw(st.integers(head, len(whole)))
        chat.path.write_bytes(whole[:cut])
        # A line without its line end is whole too.
        complete = (
            sum(
                line == full
                for line, full in zip(
                    whole[:cut].split(b"\n"), whole.split(b"\n")[:-1], strict=False
                )
            )
            - 1
        )
        left = chats.load(chat.path)
        assert left.turns == chat.turns[:complete]
        again = chats.append(left, asked[0])
        assert chats.load(chat.path).turns == again.turns == (*left.turns, asked[0])
