"""Scores over many results: SQuAD's own totals, and the others worked by hand."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.datasets import Question
from eval.metrics import auroc, best_threshold, calibration_error, percentile, scores
from eval.runner import Result
from qa.squad import best_scores


def result(
    answer: str,
    golds: tuple[str, ...],
    *,
    span: str = "",
    confidence: float = 0.5,
    margin: float = 0.0,
    milliseconds: float = 1.0,
    findable: bool = False,
    rank: int | None = None,
) -> Result:
    exact, f1 = best_scores(answer, golds)
    span_exact, span_f1 = best_scores(span or answer, golds)
    return Result(
        Question("1", "Who?", golds),
        "Who?",
        answer,
        confidence,
        margin,
        exact,
        f1,
        span_exact,
        span_f1,
        milliseconds,
        findable,
        rank,
    )


def test_totals_as_the_official_script_gives_them() -> None:
    found = scores(
        [
            result("Anton Shkaplerov", ("Shkaplerov", "Anton Shkaplerov")),  # 1, 1
            result("the Soyuz spacecraft", ("Soyuz",)),  # 0, 2/3
            result("", ("Russia",)),  # 0, 0
            result("Monday", ()),  # 0, 0
            result("", ()),  # 1, 1
            result("", ()),  # 1, 1
            result("", ("the",)),  # has an answer that is nothing: 1, 1, and counts as HasAns
        ]
    )
    assert found["total"] == 7
    assert found["exact"] == 100.0 * 4 / 7
    assert found["f1"] == 100.0 * (1 + 2 / 3 + 0 + 0 + 1 + 1 + 1) / 7
    assert (found["HasAns_total"], found["NoAns_total"]) == (4, 3)
    assert found["HasAns_exact"] == 50.0
    assert found["HasAns_f1"] == 100.0 * (1 + 2 / 3 + 0 + 1) / 4
    assert found["NoAns_exact"] == found["NoAns_f1"] == 100.0 * 2 / 3


def test_the_best_threshold_as_the_official_script_finds_it() -> None:
    # Surest first: +1 right, -1 an answer too many, +2/3, then nothing more to win.
    assert best_threshold([(5.0, 1.0, True), (3.0, 0.0, False), (1.0, 2 / 3, True)]) == (
        100.0 * 2 / 3,
        -5.0,
    )
    assert best_threshold([(1.0, 0.5, True), (4.0, 1.0, True), (0.0, 0.0, False)]) == (
        100.0 * 2.5 / 3,
        -1.0,
    )
    # Abstaining everywhere is best; a question without a span is abstained from in any case.
    assert best_threshold([(2.0, 0.0, False), (-math.inf, 0.0, False)]) == (100.0, 0.0)
    assert best_threshold([]) == (None, None)


def test_the_best_threshold_is_finite_without_a_span() -> None:
    nothing = result("", ("the",), margin=-math.inf)
    found = scores([nothing])
    assert (found["best_f1"], found["best_f1_thresh"]) == (100.0, 0.0)
    found = scores([nothing, result("Rome", ("Rome",), margin=2.0)])
    assert (found["best_f1"], found["best_f1_thresh"]) == (100.0, -2.0)
    json.dumps(found, allow_nan=False)


def test_what_an_abstention_kept_back_counts_as_span() -> None:
    found = scores(
        [
            result("", ("Rome",), span="Rome", margin=-1.0),
            result("in Oslo", ("Oslo",), margin=2.0),
            result("", (), span="Rome", margin=-3.0),
        ]
    )
    assert (found["HasAns_exact"], found["span_exact"]) == (0.0, 50.0)
    assert found["span_f1"] == pytest.approx(100 * (1 + 2 / 3) / 2)
    assert found["best_f1"] == pytest.approx(100 * (1 + 2 / 3 + 1) / 3)
    assert found["best_f1_thresh"] == 1.0


def test_nothing_gives_no_numbers() -> None:
    found = scores([])
    assert {name for name, value in found.items() if value is not None} == {
        "total",
        "HasAns_total",
        "NoAns_total",
        "findable",
    }
    answered = scores([result("x", ("x",))])
    assert answered["NoAns_exact"] is answered["auroc"] is answered["recall@5"] is None


def test_retrieval_counts_only_answers_that_can_be_found() -> None:
    found = scores(
        [
            result("x", ("x",), findable=True, rank=1),
            result("x", ("x",), findable=True, rank=5),
            result("x", ("x",), findable=True, rank=6),
            result("x", ("x",), findable=True, rank=None),
            result("x", ("y",)),
            result("", ()),
        ]
    )
    assert found["findable"] == 4
    assert found["recall@5"] == 50.0
    assert found["mrr"] == pytest.approx((1 + 1 / 5 + 1 / 6) / 4)


def test_percentiles_are_interpolated() -> None:
    assert percentile([], 50) is None
    assert percentile([7.0], 95) == 7.0
    assert percentile([4.0, 1.0, 3.0, 2.0], 50) == 2.5
    assert percentile([float(i) for i in range(101)], 95) == 95.0
    assert percentile([10.0, 20.0], 95) == pytest.approx(19.5)


def test_calibration_error_by_hand() -> None:
    assert calibration_error([]) is None
    assert calibration_error([(1.0, True), (0.0, False)]) == 0.0
    assert calibration_error([(1.0, False)] * 3) == 1.0
    # Two bins of ten: .72 twice, one right (|1 - 1.44| = .44); .15 twice, none (|0 - .3|).
    judged = [(0.72, True), (0.72, False), (0.15, False), (0.15, False)]
    assert calibration_error(judged, bins=10) == pytest.approx((0.44 + 0.3) / 4)
    # In one bin, over- and underconfidence cancel.
    assert calibration_error([(0.7, True), (0.3, False)], bins=1) == pytest.approx(0.0)


def test_half_an_answer_counts_as_right_for_calibration() -> None:
    half = result("Anton Shkaplerov went home", ("Anton Shkaplerov",), confidence=1.0)
    assert half.f1 == pytest.approx(2 / 3)
    assert scores([half])["ece"] == 0.0
    assert scores([result("Anton", ("Shkaplerov",), confidence=1.0)])["ece"] == 1.0
    assert scores([result("", (), confidence=1.0)])["ece"] == 0.0


def test_the_calibration_of_answers_leaves_abstentions_out() -> None:
    right, missed = result("Ann", ("Ann",), confidence=1.0), result("", ("Ann",), confidence=0.5)
    assert scores([right, missed])["ece"] == 0.25
    assert scores([right, missed])["ece_answered"] == 0.0
    assert scores([missed])["ece_answered"] is None


def test_auroc_by_hand() -> None:
    assert auroc([], [1.0]) is None
    assert auroc([2.0, 3.0], [0.0, 1.0]) == 1.0
    assert auroc([0.0], [1.0, 2.0]) == 0.0
    assert auroc([1.0, 1.0], [1.0]) == 0.5
    assert auroc([1.0, 3.0], [2.0, -math.inf]) == 0.75


_VALUES = st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=8)


@given(_VALUES, _VALUES)
def test_auroc_is_the_share_of_pairs_in_order(above: list[float], below: list[float]) -> None:
    pairs = [(a > b) + (a == b) / 2 for a in above for b in below]
    assert auroc(above, below) == pytest.approx(sum(pairs) / len(pairs))
