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


def test_two_of_one_family_leave_it_open() -> None:
    text = "Only Ann Hart was there. Then Bob Hart came. Later old Hart left."
    assert full_name(text, "Hart") is None
    assert full_name(text.replace("Bob Hart", "Bob Carr"), "Hart") == "Ann Hart"
