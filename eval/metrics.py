"""Numbers over many answered questions: SQuAD's scores, retrieval, calibration, latency.

Shares are in percent, as SQuAD's script prints them; a number that has nothing to be computed
from is None.
"""

import math
from collections.abc import Sequence

from eval.runner import Result

RECALL_AT = 5
BINS = 15
# An answer counts as right for calibration when it shares at least half with a gold: the place
# is found, and annotators differ as much about where it ends.
RIGHT_F1 = 0.5

Scores = dict[str, float | int | None]


def scores(results: Sequence[Result]) -> Scores:
    """Every number of a report over these results, by name.

    exact, f1, total and their HasAns_ and NoAns_ twins are those of SQuAD's evaluate-v2.0.py,
    best_f1 and best_f1_thresh too: the F1 at the threshold on "-margin" that suits this set best.
    span_exact, span_f1: of the best spans of answerable questions, abstained from or not.
    recall, mrr: over answerable questions with a gold in the text and a retrieval before reading.
    ece: expected calibration error, of abstentions too, whose confidence depends on how many
    questions have no answer; ece_answered: of the answers given alone; auroc: how well the margin
    tells the answerable questions from the others; p50_ms, p95_ms: the time of one question.
    """
    has = [one for one in results if one.question.answers]
    no = [one for one in results if not one.question.answers]
    ranked = [one for one in has if one.findable]
    answered = [one for one in results if one.answer]
    times = [one.milliseconds for one in results]
    best, threshold = best_threshold(
        [(one.margin, one.span_f1, bool(one.question.answers)) for one in results]
    )
    return {
        **_squad(results, ""),
        **_squad(has, "HasAns_"),
        **_squad(no, "NoAns_"),
        "best_f1": best,
        "best_f1_thresh": threshold,
        "span_exact": _percent([one.span_exact for one in has]),
        "span_f1": _percent([one.span_f1 for one in has]),
        "findable": len(ranked),
        f"recall@{RECALL_AT}": _percent([float(_found(one, RECALL_AT)) for one in ranked]),
        "mrr": mean([1 / one.rank if one.rank else 0.0 for one in ranked]),
        "ece": calibration_error(_judged(results)),
        "ece_answered": calibration_error(_judged(answered)),
        "auroc": auroc([one.margin for one in has], [one.margin for one in no]),
        "p50_ms": percentile(times, 50),
        "p95_ms": percentile(times, 95),
    }


def best_threshold(
    judged: Sequence[tuple[float, float, bool]],
) -> tuple[float | None, float | None]:
    """(F1 in percent, threshold): the best that abstaining above one threshold could reach.

    judged: (margin, the best span's F1, answerable) of each question; -margin takes the place of
    the official script's no-answer probability. None of nothing.
    """
    if not judged:
        return None, None
    # As the official script: begin with abstaining everywhere, then answer the surest first.
    # Without a span (-inf) it abstains under every threshold, and is right where nothing is.
    score = best = float(
        sum(f1 * (margin == -math.inf) if answerable else 1.0 for margin, f1, answerable in judged)
    )
    threshold = 0.0
    for margin, f1, answerable in sorted(judged, key=lambda one: -one[0]):
        if margin == -math.inf:
            break
        score += f1 if answerable else -1
        if score > best:
            best, threshold = score, -margin
    return 100.0 * best / len(judged), threshold


def _squad(results: Sequence[Result], prefix: str) -> Scores:
    return {
        f"{prefix}exact": _percent([one.exact for one in results]),
        f"{prefix}f1": _percent([one.f1 for one in results]),
        f"{prefix}total": len(results),
    }


def _found(result: Result, within: int) -> bool:
    return result.rank is not None and result.rank <= within


def _percent(values: Sequence[float]) -> float | None:
    # SQuAD's script multiplies before it divides; so do we, to agree to the last digit.
    return 100.0 * sum(values) / len(values) if values else None


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean, None of nothing."""
    return sum(values) / len(values) if values else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` percent lie, interpolated between neighbours; None of nothing.

    Definition 7 of Hyndman & Fan 1996, as numpy's default.
    """
    if not values:
        return None
    ordered = sorted(values)
    at = share / 100 * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def calibration_error(judged: Sequence[tuple[float, bool]], bins: int = BINS) -> float | None:
    """Expected calibration error in [0, 1] of (confidence, right) pairs; None of nothing.

    The mean over equal-width bins, weighted by their size, of the distance between the share
    that is right and the mean confidence (Guo et al. 2017, with their 15 bins).
    """
    filled: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in judged:
        filled.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, right))
    if not filled:
        return None
    distance = sum(
        abs(sum(right for _, right in one) - sum(confidence for confidence, _ in one))
        for one in filled.values()
    )
    return distance / len(judged)


def _judged(results: Sequence[Result]) -> list[tuple[float, bool]]:
    return [(one.confidence, one.f1 >= RIGHT_F1) for one in results]


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """The chance in [0, 1] that a positive's value is above a negative's, ties half.

    By rank sums (Mann & Whitney 1947); None when either side is empty.
    """
    if not positives or not negatives:
        return None
    ordered = sorted([(value, 1) for value in positives] + [(value, 0) for value in negatives])
    rank_sum, at = 0.0, 0
    while at < len(ordered):
        after = at
        while after < len(ordered) and ordered[after][0] == ordered[at][0]:
            after += 1
        rank_sum += (at + 1 + after) / 2 * sum(positive for _, positive in ordered[at:after])
        at = after
    pairs = len(positives) * len(negatives)
    return (rank_sum - len(positives) * (len(positives) + 1) / 2) / pairs
