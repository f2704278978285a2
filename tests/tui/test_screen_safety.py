"""Whatever a story, a question or a saved chat has in it, the screen gets plain visible text."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document, clean
from tui.chat_records import SavedTurn, Span, Story
from tui.exchange import Exchange, State, content
from tui.wording import safe_line, shortened

TRICKS = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                "\x1b[31m",
                "\x1b]0;title\x07",
                "\x9b2J",
                "\u202e",
                "\u2066",
                "\u200b",
                "\ufeff",
                "[bold]",
                "[/]",
                "[@click=app.bell]",
                "\r",
                "\x08",
                "\t",
                "x" * 300,
                "\ud800",
            ]
        ),
    ),
    max_size=8,
).map("".join)
STORY = Story("Title", "", "")


def is_plain(text: str) -> bool:
    """No control, no bidi control, nothing invisible but what scripts and emoji need."""
    return not any(
        unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") or one in "\u202e\u2066\u200b\ufeff"
        for one in text
    )


@given(TRICKS)
def test_lines_are_plain(text: str) -> None:
    assert is_plain(safe_line(text))
    assert len(shortened(safe_line(text), 40)) <= 40


@given(TRICKS, TRICKS, TRICKS, st.booleans())
def test_an_exchange_is_plain_and_never_markup(
    question: str, words: str, quote: str, told: bool
) -> None:
    span = Span(words, 3, 3 + len(words), 0.5, 1, (0, 9), quote)
    turn = SavedTurn(
        question, words, STORY, span if told else None, 0.5, (), ((1, 0, 5),), 3, "2026"
    )
    exchange = Exchange(1, question, (0,), State.ANSWERED, turn, message=words)
    document = Document("Title", clean(f"A story {quote}"))
    shown = content(exchange, document, numbers=True, name=safe_line(words))
    assert all(is_plain(line) for line in shown.plain.split("\n"))
    kept = "".join(safe_line(question).split())
    if "[bold]" in kept and len(kept) < 100:
        assert "[bold]" in "".join(shown.plain.split())
