"""Did retrieval find the answer? Texts are compared as SQuAD's script normalises them."""

from collections.abc import Iterable

from index.search import StoryIndex
from qa.squad import normalize_answer

# The passages that are looked through; an answer further down counts as not found.
SEARCHED = 20


def holding(golds: Iterable[str], text: str) -> tuple[str, ...]:
    """Those golds, normalised, whose words stand in the text one after another."""
    words = _padded(text)
    normalised = (normalize_answer(gold) for gold in golds)
    return tuple(gold for gold in normalised if gold and f" {gold} " in words)


def rank(story: StoryIndex, question: str, golds: Iterable[str]) -> int | None:
    """The place, from 1, of the first passage found that holds one of the golds; None: none."""
    for place, found in enumerate(story.search(question, SEARCHED), 1):
        if holding(golds, found.passage.text):
            return place
    return None


def _padded(text: str) -> str:
    return f" {normalize_answer(text)} "
