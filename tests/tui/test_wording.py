"""How probabilities and times are said."""

import pytest

from tui.pace import Pace
from tui.wording import confidence, percent, sure, time_left


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (1.0, "almost certain"),
        (0.846, "almost certain"),
        (0.844, "likely"),
        (0.65, "likely"),
        (0.596, "likely"),
        (0.59, "unsure"),
        (0.35, "unsure"),
        (0.34, "a guess"),
        (0.0, "a guess"),
    ],
)
def test_the_word_fits_the_number(probability: float, said: str) -> None:
    assert confidence(probability) == said
    assert sure(probability) == f"{said} ({percent(probability)})"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "5 s left"), (41, "40 s left"), (89, "90 s left"), (100, "2 min left")],
)
def test_time_left_is_said_roughly(seconds: float, said: str) -> None:
    assert time_left(seconds) == said


def test_the_time_left_follows_the_pace_of_what_is_done() -> None:
    clock = iter([0.0, 1.0, 4.0, 8.0, 16.0])
    pace = Pace(lambda: next(clock))
    assert pace.left(0, 128) is None  # nothing is known yet
    assert pace.left(32, 128) is None  # too soon to tell
    assert pace.left(32, 128) == 12.0
    assert pace.left(64, 128) == 8.0
    assert pace.left(128, 128) is None
