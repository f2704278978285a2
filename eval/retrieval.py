"""Did retrieval find the answer? Texts are compared as SQuAD's script normalises them."""

import re
from collections.abc import Iterable

from index.search import StoryIndex
from qa.squad import normalize_answer

# The passages that are looked through; an answer further down counts as not found.
SEARCHED = 20


def holding(golds: Iterable[str], text: str) -> tuple[str, ...]:
    """Those golds, normalised, that stand in the text."""
    words = normalize_answer(text)
    normalised = (normalize_answer(gold) for gold in golds)
    # Whole words only; a quotation mark beyond ASCII, which stays, is no part of one.
    return tuple(
        gold for gold in normalised if gold and re.search(rf"(?<!\w){re.escape(gold)}(?!\w)", words)
    )


def rank(story: StoryIndex, question: str, golds: Iterable[str]) -> int | None:
    """The place, from 1, of the first passage found that holds one of the golds; None: none."""
    for place, found in enumerate(story.search(question, SEARCHED), 1):
        if holding(golds, found.passage.text):
            return place
    return None
