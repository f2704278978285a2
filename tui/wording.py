"""How places and probabilities are said to people; the command and the chat share it."""

from collections.abc import Sequence

from index.documents import Document, clean
from index.passages import Passage
from qa.answer import Answer, Candidate
from qa.names import full_name

NOT_SAID = "The story doesn't say."

# The least percentage for each word, best first.
_CONFIDENCE = (
    (85, "almost certain"),
    (60, "likely"),
    (35, "unsure"),
    (0, "a guess"),
)


def confidence(probability: float) -> str:
    """A probability in [0, 1] in plain words, which always fit the number that percent() gives."""
    rounded = round(100 * probability)
    return next(words for least, words in _CONFIDENCE if rounded >= least or least == 0)


def percent(probability: float) -> str:
    """A probability as "71 %"."""
    return f"{round(100 * probability)} %"


def sure(probability: float) -> str:
    """A probability in words and as a number: "likely (71 %)"."""
    return f"{confidence(probability)} ({percent(probability)})"


def time_left(seconds: float) -> str:
    """How long something will still take: "40 s left", "3 min left"."""
    if seconds < 90:
        return f"{max(5, 5 * round(seconds / 5))} s left"
    return f"{round(seconds / 60)} min left"


def place(document: Document, passages: Sequence[Passage], passage: Passage, start: int) -> str:
    """Where an offset stands: "passage 2 of 7, 15 % into the story"."""
    return f"passage {passage.number + 1} of {len(passages)}, {depth(document, start)}"


def depth(document: Document, start: int) -> str:
    """How far into the story an offset is: "15 % into the story"."""
    return f"{round(100 * start / max(1, len(document.text)))} % into the story"


def line_number(document: Document, start: int) -> int:
    """The line of the cleaned text that an offset is on, from 1."""
    return document.text.count("\n", 0, start) + 1


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def safe_line(text: str) -> str:
    """A text from outside, such as a saved chat's, on one line and without anything unseen."""
    return one_line(clean(text))


def shortened(text: str, most: int) -> str:
    """The text on one line, cut at a word to at most `most` characters, with an ellipsis."""
    text = one_line(text)
    if len(text) <= most:
        return text
    cut = text.rfind(" ", most // 2, most)
    return text[: cut if cut > 0 else most - 1].rstrip(" ,;:") + "…"


def in_full(document: Document, name: str, sentence: str) -> str | None:
    """The whole name of one that an answer gives in short, unless its sentence says it."""
    full = full_name(document.text, name)
    return None if full is None or full in sentence else full


def evidence(document: Document, candidate: Candidate) -> tuple[str, str, str]:
    """The sentence around a span, on one line, as (before, the span, after)."""
    start, end = candidate.sentence
    before = one_line("|" + document.text[start : candidate.start] + "|")[1:-1]
    after = one_line("|" + document.text[candidate.end : end] + "|")[1:-1]
    return before, one_line(candidate.text), after


def made_anew(document: Document) -> str:
    """What to say when the saved vectors of a story were of no use."""
    return f"What was saved of {one_line(document.title)} was damaged; it has been read again."


def counted(number: int, thing: str) -> str:
    """A number of things: "1 passage", "7 passages"."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def standing(answer: Answer) -> tuple[bool, float]:
    """What the better of two stories' answers has more of: an answer, then confidence."""
    if answer.best is None:
        return False, -answer.confidence
    return True, answer.confidence
