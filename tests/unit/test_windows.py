from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.windows import (
    Span,
    Window,
    agreed,
    batches,
    best_spans,
    merged,
    whole_words,
    windows,
)


@given(st.integers(0, 60), st.integers(1, 20), st.integers(0, 19))
def test_windows_cover_every_token_and_repeat_the_stride(
    tokens: int, size: int, stride: int
) -> None:
    stride = min(stride, size - 1)
    offsets = [(i, i + 1) for i in range(tokens)]
    made = list(windows(range(tokens), offsets, size, stride))
    assert sorted({i for one in made for i in one.ids}) == list(range(tokens))
    assert all(len(one.ids) <= size and len(one.ids) == len(one.offsets) for one in made)
    for a, b in pairwise(made):
        assert a.ids[len(a.ids) - stride :] == b.ids[:stride]


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([], []),
        ([7], [[7]]),
        ([118, 90, 101, 125, 129, 109, 68], [[68, 90, 101], [109, 118, 125, 129]]),
        ([100, 98, 97, 99, 96], [[96, 97, 98, 99, 100]]),  # a second batch would not pay
        ([10, 300, 10], [[10, 10], [300]]),
        ([50] * 20, [[50] * 16, [50] * 4]),
    ],
)
def test_windows_share_a_batch_while_little_of_it_is_padding(
    lengths: list[int], expected: list[list[int]]
) -> None:
    made = [Window(tuple(range(length)), ((0, 1),) * length) for length in lengths]
    assert [[len(one.ids) for one in batch] for batch in batches(made, 16, 40)] == expected


def test_a_stride_as_long_as_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="stride"):
        list(windows([1, 2], [(0, 1), (1, 2)], 4, 4))


@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=12),
    st.integers(1, 8),
    st.integers(1, 5),
)
def test_best_spans_agree_with_trying_every_span(
    logits: list[tuple[int, int]], count: int, longest: int
) -> None:
    start = np.array([a for a, _ in logits], dtype=np.float32)
    end = np.array([b for _, b in logits], dtype=np.float32)
    tokens = range(len(start))
    pairs = np.array([[(3 * i + 5 * j) % 7 for j in tokens] for i in tokens], dtype=np.float32)
    every = sorted(
        (
            float(start[i] + end[j] + pairs[i, j])
            for i in tokens
            for j in range(i, min(i + longest, len(start)))
        ),
        reverse=True,
    )
    found = best_spans(start, end, pairs, count, longest)
    assert [score for *_, score in found] == every[:count]
    assert all(
        i <= j < i + longest and score == start[i] + end[j] + pairs[i, j] for i, j, score in found
    )


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("a spaceship here", (4, 8), "spaceship"),
        ("the 37-year-old one", (4, 6), "37"),
        ("the 37-year-old one", (4, 11), "37-year-old"),
        ("on Monday, he", (3, 10), "Monday"),
        ("x", (0, 1), "x"),
        (", ,", (0, 3), ","),
    ],
)
def test_spans_end_at_word_edges(text: str, span: tuple[int, int], expected: str) -> None:
    start, end = whole_words(text, *span)
    assert text[start:end] == expected


def test_overlapping_spans_become_the_best_of_them() -> None:
    spans = [
        Span(0, 5, 1.0),
        Span(3, 9, 4.0),
        Span(9, 12, 2.0),
        Span(3, 9, 3.0),
    ]
    assert [(one.start, one.score) for one in merged(spans)] == [(3, 4.0), (9, 2.0)]


def test_two_readers_agree_where_an_answer_begins_and_ends() -> None:
    span = Span(10, 20, 5.0)
    first = [span, Span(10, 16, 4.5), Span(10, 16, 1.0), Span(14, 20, 4.9), Span(40, 50, 9.0)]
    second = [Span(10, 30, 9.0), Span(10, 16, 4.0), Span(10, 20, 3.5), Span(40, 50, 9.0)]
    # Together (10, 16) has .4 * 4.5 + .6 * 4 and (10, 20) .4 * 5 + .6 * 3.5; none else has both.
    assert agreed(span, first, second, 0.6) == (10, 16)
    assert agreed(span, first, second, 0.4) == (10, 20)
    assert agreed(span, first, [Span(14, 20, 1.0)], 0.6) == (14, 20)
    assert agreed(span, first, [Span(10, 30, 9.0)], 0.6) == (10, 20)
    assert agreed(span, [], second, 0.6) == (10, 20)
