"""Wrapping and finding: every character stands on one line, and none is too wide."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import get_character_cell_size

from tui.find import matches
from tui.wrap import wrap

TEXTS = st.text(alphabet=st.sampled_from("ab ’—é\n宽👩\u0301\u200d"), max_size=400)


@given(TEXTS, st.integers(2, 40))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert lines.starts == sorted(lines.starts) and lines.starts[0] == 0
    assert lines.ends[-1] == len(text)
    for (start, end), after in zip(
        zip(lines.starts, lines.ends, strict=True), [*lines.starts[1:], None], strict=True
    ):
        line = text[start:end]
        assert "\n" not in line
        assert sum(map(get_character_cell_size, line)) <= max(2, width)
        if after is not None:
            assert text[end:after].strip(" ") in ("", "\n")


@given(TEXTS, st.integers(2, 40))
def test_an_offset_is_found_on_its_line(text: str, width: int) -> None:
    lines = wrap(text, width)
    for offset in range(len(text)):
        line = lines.at(offset)
        following = lines.starts[line + 1] if line + 1 < len(lines) else len(text) + 1
        assert lines.starts[line] <= offset < following


def test_finding_ignores_case_and_kinds_of_quotes_and_space() -> None:
    text = "The “old” Fox’s\nden. the fox."
    assert [text[slice(*one)] for one in matches(text, "the")] == ["The", "the"]
    assert [text[slice(*one)] for one in matches(text, "fox's den")] == ["Fox’s\nden"]
    assert [text[slice(*one)] for one in matches(text, '"old"')] == ["“old”"]
    assert [text[slice(*one)] for one in matches(text, "The")] == ["The"]
    assert matches(text, " ") == [] == matches(text, "(")
