"""The name in full for one that an answer gives in short."""

import pytest

from index.documents import bundled
from qa.names import full_name


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("Shkaplerov", "Anton Shkaplerov"),
        ("Anton Shkaplerov", None),
        ("Soyuz", None),
        ("Tuesday", None),
        ("automatic", None),
        ("", None),
        ("(", None),
    ],
)
def test_a_last_name_of_the_article(name: str, full: str | None) -> None:
    assert full_name(bundled().text, name) == full


def test_who_belongs_to_a_name_is_not_that_name() -> None:
    text = "They met the Courtiers of the King. Then came the King himself."
    assert full_name(text, "King") is None


def test_a_word_that_only_ends_alike_is_no_mention() -> None:
    assert full_name("There was McHart again. " * 40 + "Then Ann Hart left.", "Hart") == "Ann Hart"


def test_two_of_one_family_leave_it_open() -> None:
    text = "Only Ann Hart was there. Then Bob Hart came. Later old Hart left."
    assert full_name(text, "Hart") is None
    assert full_name(text.replace("Bob Hart", "Bob Carr"), "Hart") == "Ann Hart"
