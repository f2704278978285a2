"""A few questions to start with, made by rules from the story's own sentences."""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import Protocol

from index.documents import Document
from index.search import StoryIndex
from qa.answer import Answer
from qa.starter_rules import RULES, read
from qa.verbs import BASE

_EACH_KIND = 4
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_WHO_IS = re.compile(r"Who (?:is|was) ([A-Z].*)\?")
# How far from a name, in characters, what somebody is may stand.
_BESIDE = 15
_VERBS = frozenset(
    "what when where which whom does long many much called name feel happened is was were".split()
) | frozenset(BASE.values())


class Engine(Protocol):
    """What answers: qa.pipeline.Pipeline."""

    def ask(self, story: StoryIndex, question: str) -> Answer:
        """The story's answer to a question."""


def propose(document: Document, limit: int = 12) -> list[str]:
    """Up to `limit` questions on the story, of as many kinds as it allows, a kind in turn.

    None for a text without names, numbers or plain English sentences.
    """
    told = read(document.text)
    made = [list(dict.fromkeys(rule(told)))[:_EACH_KIND] for rule in RULES]
    rounds = chain.from_iterable(zip_longest(*made))
    return _varied([question for question in rounds if question and len(question) <= 90])[:limit]


def confident(
    pipeline: Engine,
    story: StoryIndex,
    questions: Sequence[str],
    count: int = 4,
    at_least: float = 0.6,
) -> list[str]:
    """The first `count` of the questions that the pipeline answers with that confidence.

    None is kept whose answer stands in the question, is the answer to one kept before, or comes
    from another sentence than one the question can have been made from.
    """
    kept: dict[str, str] = {}
    for question in questions:
        if len(kept) == count:
            break
        answer = pipeline.ask(story, question)
        words = " ".join(_WORD.findall(answer.text.casefold()))
        asked = " ".join(_WORD.findall(question.casefold()))
        if answer.abstained or answer.confidence < at_least or not words or words in asked:
            continue
        if not _borne_out(question, answer, story.document.text):
            continue
        if not any(words in other or other in words for other in kept.values()):
            kept[question] = words
    return list(kept)


def _borne_out(question: str, answer: Answer, text: str) -> bool:
    """Whether the answer's sentence has what the question asks about.

    Who somebody is must be said right beside the name; of what somebody said, three words.
    """
    best = answer.best
    if best is None:
        return False
    sentence = text[slice(*best.sentence)].casefold()
    if any(word[:5] not in sentence for word in _asked_about(question)):
        return False
    if who := _WHO_IS.fullmatch(question):
        beside = text[max(0, best.start - _BESIDE) : best.end + _BESIDE]
        return who[1] in beside and any(word.islower() for word in _WORD.findall(best.text))
    if question.endswith(" say?"):
        return len(_WORD.findall(best.text)) >= 3
    return True


def _asked_about(question: str) -> list[str]:
    """The words of the question that its sentence must have: not verbs, whose form differs."""
    words = _WORD.findall(question.casefold())
    return [word for word in words if len(word) > 3 and word not in _VERBS]


def _varied(questions: list[str]) -> list[str]:
    """The questions, with no more than two on the same name or thing."""
    seen: dict[str, int] = defaultdict(int)
    kept = []
    for question in questions:
        words = _WORD.findall(question)[1:]
        about = {word for word in words if word[0].isupper()} or {words[-1]}
        if max(seen[word] for word in about) < 2:
            kept.append(question)
            for word in about:
                seen[word] += 1
    return kept
