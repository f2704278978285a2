from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document, bundled
from index.passages import sentence_around, sentences, split


def texts(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four…", ["One.", "Two!", "Three?", "Four…"]),
        ("Mr. Fox met Dr. Owl. They sang.", ["Mr. Fox met Dr. Owl.", "They sang."]),
        (
            "It is smaller than the U.S. In addition, it rains.",
            ["It is smaller than the U.S.", "In addition, it rains."],
        ),
        ("The U.S. Senate met.", ["The U.S. Senate met."]),
        ("It cost 3.5 million. Wow.", ["It cost 3.5 million.", "Wow."]),
        ("“Go!” he said. “No.” She left.", ["“Go!” he said.", "“No.”", "She left."]),
        ("A heading\n\nA paragraph.", ["A heading", "A paragraph."]),
        ("no end", ["no end"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_the_article_is_cut_at_sentence_ends_with_overlap() -> None:
    article = bundled()
    passages = split(article, 100, 30)
    assert [one.number for one in passages] == list(range(len(passages)))
    assert all(len(one.text.split()) <= 100 for one in passages)
    assert all(one.text[-1] in ".”" for one in passages)
    assert any(a.end > b.start for a, b in pairwise(passages))
    apart = split(article, 100, 0)
    assert all(a.end <= b.start for a, b in pairwise(apart)) and len(apart) <= len(passages)


@pytest.mark.parametrize(("words", "overlap"), [(0, 0), (10, 10), (10, -1)])
def test_impossible_settings_are_refused(words: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="overlap"):
        split(bundled(), words, overlap)


@given(
    st.text(alphabet="ab. \n!?A\u00e9\u3002", max_size=300),
    st.integers(1, 12),
    st.integers(0, 11),
)
def test_passages_cover_every_word_in_order_with_right_offsets(
    text: str, words: int, overlap: int
) -> None:
    overlap = min(overlap, words - 1)
    passages = split(Document("t", text), words, overlap)
    for one in passages:
        assert text[one.start : one.end] == one.text and 0 < len(one.text.split()) <= words
    covered = {i for one in passages for i in range(one.start, one.end)}
    assert all(i in covered for i, c in enumerate(text) if not c.isspace())
    assert [one.start for one in passages] == sorted({one.start for one in passages})


@given(st.text(alphabet="ab. \n!A", min_size=1, max_size=120), st.data())
def test_the_sentence_around_a_span_holds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if not text[start:end].strip():
        return
    first, last = sentence_around(text, start, end)
    assert 0 <= first <= start < end <= last <= len(text)


def test_the_sentence_around_a_span_is_no_more_than_its_sentence() -> None:
    text = "One fox. Two owls. Three bees."
    assert sentence_around(text, 13, 17) == (9, 18)
    assert text[9:18] == "Two owls."
