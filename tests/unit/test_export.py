"""Exports: whole files, every answer linked to its words, and no markup let through."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Document, clean
from tui import export, export_html
from tui.chat_records import Chat, SavedTurn, Span, story_of

TEXT = "Once there was a fox.\n\nThe fox met a crow & its <cheese>. They talked."
FOX = Document("The fox", TEXT, "/stories/fox.txt")


def span(document: Document, start: int, end: int) -> Span:
    quote = document.text[max(0, start - 9) : end + 9]
    sentence = (max(0, start - 9), min(len(document.text), end + 9))
    return Span(document.text[start:end], start, end, 0.8, 2, sentence, quote)


def turn(document: Document, question: str, place: tuple[int, int] | None) -> SavedTurn:
    answer = place and span(document, *place)
    story = story_of(document)
    return SavedTurn(question, question, story, answer or None, 0.8, (), (), 7, "2026-01-02T03:04")


def chat(document: Document, *places: tuple[int, int] | None, question: str = "Who?") -> Chat:
    turns = tuple(turn(document, question, place) for place in places)
    created = "2026-01-02T03:04"
    return Chat("id", document.title, story_of(document), created, Path("x"), turns)


class Reader(HTMLParser):
    """What a browser would find: tags, attributes, and the text of each marked answer."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.story = ""
        self.marked: dict[str, str] = {}
        self.skip = 0
        self.names: list[str] = []
        self.inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        self.inside |= values.get("class") == "text"
        if tag == "sup":
            self.skip += 1
        if tag == "mark":
            self.names = (values.get("class") or "").split()

    def handle_endtag(self, tag: str) -> None:
        if tag == "sup":
            self.skip -= 1
        if tag == "mark":
            self.names = []
        if tag == "div":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside and not self.skip:
            self.story += data
            for name in self.names:
                self.marked[name] = self.marked.get(name, "") + data


def test_copied_text_has_the_sentence_the_title_and_the_place() -> None:
    said = turn(FOX, "Who?", (11, 20))
    assert export.answer_text(said) == "was a fox"
    assert export.answer_with_citation(said) == (
        "was a fox\n“ce there was a fox. The fo”\n— The fox, passage 2 of 7"
    )
    silent = turn(FOX, "Why?", None)
    assert export.answer_text(silent) == "The story doesn't say."
    assert export.answer_with_citation(silent) == "The story doesn't say.\n— The fox"


def test_the_whole_chat_as_plain_text() -> None:
    text = export.plain(chat(FOX, (11, 20), None))
    assert text.startswith("The fox\n\n> Who?\nwas a fox\n“ce")
    assert text.endswith("> Who?\nThe story doesn't say.\n— The fox\n")


def test_markdown_shows_the_answer_in_its_sentence() -> None:
    text = export.markdown(chat(FOX, (13, 20), None))
    assert "# The fox\n\nThe fox, asked 2026-01-02\n\n## Who?\n\n**s a fox**\n\n" in text
    assert "> there wa**s a fox**. The fo\n\n— The fox, passage 2 of 7 · likely (80 %)" in text
    assert "## Who?\n\nThe story doesn't say.\n\n— The fox\n" in text


def test_markdown_escapes_markup() -> None:
    text = export.markdown(chat(FOX, (46, 56), question="# <b>*Who*</b> is [x](y)?\n- 1. `z`"))
    assert r"## \# \<b\>\*Who\*\</b\> is \[x\](y)? \- 1\. \`z\`" in text
    assert r"\<cheese\>" in text
    assert "<" not in re.sub(r"\\.", "", text)


def test_json_keeps_every_place() -> None:
    made = json.loads(export.as_json(chat(FOX, (13, 20), question="Who \ud800?")))
    first = made["turns"][0]
    assert TEXT[first["answer"]["start"] : first["answer"]["end"]] == first["answer"]["text"]
    assert first["story"]["title"] == made["story"]["title"] == "The fox"
    assert "path" not in made


def test_the_page_links_answers_and_their_words() -> None:
    page = export_html.page(chat(FOX, (13, 20), None), [FOX])
    read = Reader(page)
    assert read.story == TEXT
    assert read.marked == {"a1": TEXT[13:20]}
    assert '<a href="#a1">' in page
    assert '<span id="a1"></span><mark class="a1">' in page
    assert '<a href="#q1" title="Question 1">1</a>' in page
    assert "#a1:target ~ .a1" in page
    assert "The story doesn&#x27;t say." in page


def test_overlapping_and_repeated_spans_are_each_whole() -> None:
    places = [(0, 10), (5, 20), (5, 20), (0, len(TEXT)), (20, 25)]
    read = Reader(export_html.page(chat(FOX, *places), [FOX]))
    assert read.story == TEXT
    assert read.marked == {f"a{n}": TEXT[slice(*place)] for n, place in enumerate(places, 1)}


def test_a_story_that_is_not_at_hand_or_has_changed_is_not_shown() -> None:
    for documents in ([], [Document("The fox", TEXT + " And more.")]):
        read = Reader(export_html.page(chat(FOX, (13, 20)), documents))
        assert read.story == ""
        assert not [values for _, values in read.tags if values.get("href")]


def test_a_span_that_is_not_in_the_story_has_no_link() -> None:
    damaged = chat(FOX, (13, 20), (900, 910), (20, 13))
    read = Reader(export_html.page(damaged, [FOX]))
    assert set(read.marked) == {"a1"}


def test_each_story_of_a_chat_is_shown_once() -> None:
    crow = Document("The crow", "A crow sat in a tree.")
    both = chat(FOX, (13, 20), (0, 4))
    both = Chat(
        *[getattr(both, n) for n in ("id", "name", "story", "created", "path")],
        (*both.turns, turn(crow, "Where?", (11, 20)), turn(Document("x", TEXT), "Who?", (5, 10))),
    )
    read = Reader(export_html.page(both, [FOX, crow]))
    assert read.story == TEXT + crow.text
    assert read.marked["a3"] == "in a tree"
    assert read.marked["a4"] == TEXT[5:10]


def test_an_export_is_written_as_its_suffix_says(tmp_path: Path) -> None:
    for suffix, first in ((".md", "# "), (".json", "{"), (".HTML", "<!DOCTYPE html>")):
        path = tmp_path / f"chat{suffix}"
        export.export(chat(FOX, (13, 20)), [FOX], path)
        assert path.read_text().startswith(first)


def test_a_story_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "fox.md"
    path.write_text(TEXT)
    fox = Document("The fox", TEXT, str(path))
    with pytest.raises(export.ExportError, match=r"fox.md is the story “The fox” itself; take"):
        export.export(chat(fox, (13, 20)), [FOX, fox], tmp_path / "." / "fox.md")
    assert path.read_text() == TEXT


def test_a_bad_place_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(export.ExportError, match=r"chat.doc ends in none of .md, .json, .html\."):
        export.export(chat(FOX), [FOX], tmp_path / "chat.doc")
    (tmp_path / "file").touch()
    with pytest.raises(
        export.ExportError, match=r"chat.md can't be written: what should be a folder is a file\."
    ):
        export.export(chat(FOX), [FOX], tmp_path / "file" / "chat.md")


hostile = st.lists(
    st.sampled_from(
        ["<script>alert(1)</script>", "<img src=x onerror=y>", "</style>", "</div>", "<!--", "-->",
         '"', "'", "&lt;", "&", "<", ">", "]]>", "\x1b[31m", "\x00", "\u202e", " ", "a fox", "\n\n"]
    ),
    min_size=1,
    max_size=12,
).map("".join)  # fmt: skip


@settings(deadline=None)
@given(hostile, hostile, hostile, st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80))))
def test_no_markup_of_a_story_or_a_question_gets_through(
    text: str, title: str, question: str, places: list[tuple[int, int]]
) -> None:
    document = Document(title, clean(text) or "x")
    length = len(document.text)
    kept = [(min(a, b), max(a, b)) for a, b in places if max(a, b) <= length and a != b]
    made = chat(document, *kept, None, question=question)
    plain = chat(Document("t", "x" * length), *kept, None)
    read = Reader(export_html.page(made, [document]))
    expected = Reader(export_html.page(plain, [Document("t", "x" * length)]))
    assert read.tags == expected.tags
    assert read.story == document.text
    assert read.marked == {f"a{n}": document.text[slice(*at)] for n, at in enumerate(kept, 1)}
    assert not {tag for tag, _ in read.tags} & {"script", "img", "link", "iframe"}
