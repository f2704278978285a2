from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from index.documents import Document, from_text
from index.search import terms
from index.store import build
from tests.conftest import FakeEmbedder


def test_search_finds_the_passage_and_counts_ranks_from_one(
    fox: Document, embedder: FakeEmbedder
) -> None:
    story = build(fox, embedder, words=12, overlap=0)
    found = story.search("where does the grey wolf come from?", 2)
    assert "Bergen" in found[0].passage.text and found[0].score >= found[1].score
    every = story.search("wolf", 99)
    assert len(every) == len(story.passages)
    assert sorted(one.dense_rank for one in every) == list(range(1, len(every) + 1))
    assert sorted(one.bm25_rank for one in every) == list(range(1, len(every) + 1))


def test_a_question_of_stop_words_and_a_story_of_one_word_are_searched(
    embedder: FakeEmbedder,
) -> None:
    for text in ("The", "Owl"):
        story = build(from_text(text, "t"), embedder)
        for question in ("what is it?", "owl", "zebra"):
            assert len(story.search(question, 5)) == 1


def test_terms_are_stemmed_and_without_stop_words() -> None:
    assert terms("The foxes were docking") == ["fox", "dock"]


def test_an_opened_story_embeds_nothing_again(
    fox: Document, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    first = build(fox, embedder, words=12, overlap=0, cache=tmp_path)
    once = embedder.embedded
    again = build(fox, embedder, words=12, overlap=0, cache=tmp_path)
    assert embedder.embedded == once and np.array_equal(first.vectors, again.vectors)
    assert not again.rebuilt
    build(fox, embedder, words=20, overlap=0, cache=tmp_path)
    assert embedder.embedded > once


def test_a_damaged_cache_entry_is_rebuilt_and_says_so(
    fox: Document, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    good = build(fox, embedder, words=12, overlap=0, cache=tmp_path)
    entry = next(tmp_path.glob("*.npy"))
    whole = entry.read_bytes()
    for damage in (
        b"",
        b"garbage",
        b"PK\x03\x04garbage",
        whole.replace(b"(", b"{"),
        whole.replace(b"}", b" "),
        whole.replace(b": ", b":)"),
        whole[: len(whole) // 2],
        whole[:-64] + b"\xff" * 64,
    ):
        entry.write_bytes(damage)
        again = build(fox, embedder, words=12, overlap=0, cache=tmp_path)
        assert again.rebuilt and np.array_equal(good.vectors, again.vectors)
        assert entry.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_done_without(
    fox: Document, embedder: FakeEmbedder, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    story = build(fox, embedder, cache=tmp_path / "file")
    assert story.passages and not story.rebuilt


def test_an_entry_that_may_not_be_read_is_not_called_damaged(
    fox: Document, embedder: FakeEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(np, "load", closed)
    assert not build(fox, embedder, cache=tmp_path).rebuilt


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_save_that_fails_leaves_nothing_behind(
    fox: Document,
    embedder: FakeEmbedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
) -> None:
    def fail(*arguments: object) -> None:
        raise failure

    monkeypatch.setattr(np, "save", fail)
    with suppress(KeyboardInterrupt):
        assert build(fox, embedder, cache=tmp_path).passages
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_to_the_end(fox: Document, embedder: FakeEmbedder) -> None:
    seen: list[tuple[int, int]] = []
    build(
        fox, embedder, words=12, overlap=0, progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1][0] == seen[-1][1] > 1
