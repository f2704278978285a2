"""Training examples: reading sets with weights, and questions their context does not answer."""

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from index.passages import sentence_around
from qa.squad import Gold, ReadingExample, consensus, load_reading_set

_Item = TypeVar("_Item")

_WORD = re.compile(r"\w+")
_NAME = re.compile(r"(?<=[\w,] )[A-Z][\w'-]+(?: (?:of |the |de )?[A-Z][\w'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_OPPOSITES = (
    "first/last most/least largest/smallest highest/lowest best/worst oldest/youngest more/fewer "
    "before/after begin/end began/ended start/finish started/stopped increase/decrease win/lose "
    "won/lost early/late north/south east/west northern/southern eastern/western old/young "
    "large/small high/low long/short rich/poor good/bad inside/outside above/below open/close "
    "opened/closed always/never can/cannot allowed/forbidden accept/reject accepted/rejected "
    "support/oppose supported/opposed love/hate liked/disliked happy/unhappy male/female "
    "father/mother brother/sister son/daughter king/queen man/woman boy/girl maximum/minimum "
    "is/isn't was/wasn't did/didn't does/doesn't are/aren't were/weren't has/hasn't"
)
OPPOSITE = {
    word: other
    for pair in _OPPOSITES.split()
    for word, other in (pair.split("/"), reversed(pair.split("/")))
}


@dataclass(frozen=True, slots=True)
class TrainingExample:
    """A question, a context and the span that answers it, or None when nothing there does.

    group: the same for one question put to several contexts.
    """

    group: int
    question: str
    context: str
    answer: Gold | None


@dataclass(frozen=True, slots=True)
class WeightedSet:
    """A reading set and how many times an epoch goes through it (0.3: a random 30 %)."""

    path: Path
    weight: float


def load(sets: Sequence[WeightedSet]) -> list[list[ReadingExample]]:
    """Each set's rows, with the annotators' consensus as the only answer."""
    return [
        [replace(one, answers=(consensus(one.answers),)) if one.answers else one for one in read]
        for read in (load_reading_set(each.path) for each in sets)
    ]


def evenly(items: list[_Item], most: int) -> list[_Item]:
    """At most `most` of the items, evenly spaced."""
    return items[:: max(1, -(-len(items) // most))]


def epoch(
    loaded: Sequence[Sequence[ReadingExample]],
    weights: Sequence[float],
    *,
    negatives: float,
    swaps: float,
    cuts: float,
    seed: int,
) -> list[TrainingExample]:
    """One epoch's examples in random order, the same for the same arguments.

    negatives: how many extra examples an answerable question has on average that pair it with
      another passage of its document (chosen by BM25 among the best five).
    swaps: how many extra examples, as a share of the answerable ones, are questions made
      unanswerable by swapping a name, number or opposite.
    cuts: the same for contexts without the sentence that answers.
    """
    rng = random.Random(seed)
    chosen: list[list[ReadingExample]] = []
    for examples, weight in zip(loaded, weights, strict=True):
        questions = _by_id(examples)
        whole, part = divmod(weight, 1)
        chosen += questions * int(whole)
        chosen += rng.sample(questions, round(part * len(questions)))
    made = [
        TrainingExample(i, as_typed(one.question, rng), one.context, *one.answers or (None,))
        for i, rows in enumerate(chosen)
        for one in rows
    ]
    answerable = [(i, one) for i, rows in enumerate(chosen) for one in rows if one.answers]
    passages = PassagesByTitle(one for examples in loaded for one in examples)
    each, more = divmod(negatives, 1)
    one_more = round(more * len(answerable))
    for number, (i, one) in enumerate(rng.sample(answerable, len(answerable))):
        others = passages.hard_negatives(one, int(each) + (number < one_more), rng)
        made += [TrainingExample(i, as_typed(one.question, rng), other, None) for other in others]
    wanted = round(swaps * len(answerable))
    for i, one in rng.sample(answerable, len(answerable)):
        if wanted == 0:
            break
        question = swapped(one.question, one.context, rng)
        if question is not None:
            made.append(
                TrainingExample(len(chosen) + i, as_typed(question, rng), one.context, None)
            )
            wanted -= 1
    for i, one in rng.sample(answerable, round(cuts * len(answerable))):
        rest = without_answer(one.context, one.answers[0])
        if rest is not None:
            made.append(TrainingExample(i, as_typed(one.question, rng), rest, None))
    rng.shuffle(made)
    return made


def _by_id(examples: Iterable[ReadingExample]) -> list[list[ReadingExample]]:
    """The rows of each question: those of one id put it to several contexts."""
    found: dict[str, list[ReadingExample]] = defaultdict(list)
    for one in examples:
        found[one.id].append(one)
    return list(found.values())


def as_typed(question: str, rng: random.Random) -> str:
    """The question as people type it: now and then no question mark, or two letters swapped."""
    if rng.random() < 0.2:
        question = question.rstrip("? ")
    if rng.random() < 0.05 and len(question) > 12:
        i = rng.randrange(4, len(question) - 2)
        question = question[:i] + question[i + 1] + question[i] + question[i + 2 :]
    return question


def swapped(question: str, context: str, rng: random.Random) -> str | None:
    """The question with a name, number or word exchanged so that the context cannot answer it.

    Names and numbers come from the context and do not stand in the question, as in SQuAD 2.0's
    adversarial questions (Rajpurkar et al. 2018). None when there is nothing to exchange.
    """
    ways: list[tuple[str, str]] = []
    for pattern in (_NAME, _NUMBER):
        others = [text for text in set(pattern.findall(context)) if text not in question]
        ways += [(old, rng.choice(sorted(others))) for old in pattern.findall(question) if others]
    ways += [
        (word, OPPOSITE[word.lower()])
        for word in re.findall(r"[\w']+", question)
        if word.lower() in OPPOSITE
    ]
    if not ways:
        return None
    old, new = rng.choice(ways)
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new.replace("\\", ""), question, count=1)


def without_answer(context: str, answer: Gold) -> str | None:
    """The context less the sentence around the answer; None when it still holds the answer."""
    start, end = sentence_around(context, answer.start, answer.start + len(answer.text))
    rest = f"{context[:start].rstrip()} {context[end:].lstrip()}".strip()
    return rest if rest and answer.text.lower() not in rest.lower() else None


class PassagesByTitle:
    """The contexts of each document, to find one that looks like an answer and is none."""

    def __init__(self, examples: Iterable[ReadingExample]) -> None:
        seen: dict[str, dict[str, Counter[str]]] = defaultdict(dict)
        for one in examples:
            if one.title and one.context not in seen[one.title]:
                seen[one.title][one.context] = Counter(_words(one.context))
        # A "document" of thousands of unrelated comments has no passages of its own.
        self._contexts = {title: found for title, found in seen.items() if 2 <= len(found) <= 400}
        self._frequency: Counter[str] = Counter()
        for found in self._contexts.values():
            for counts in found.values():
                self._frequency.update(counts.keys())
        self._total = sum(len(found) for found in self._contexts.values())

    def hard_negatives(self, example: ReadingExample, count: int, rng: random.Random) -> list[str]:
        """At most `count` of the five passages nearest to the question that lack its answer."""
        if not count:
            return []
        answer = example.answers[0].text.lower()
        words = sorted(set(_words(example.question)))  # sums depend on the order
        scored = [
            (self._score(words, counts), context)
            for context, counts in self._contexts.get(example.title, {}).items()
            if answer not in context.lower()
        ]
        best = [context for _, context in sorted(scored, reverse=True)[:5]]
        return rng.sample(best, min(count, len(best)))

    def _score(self, words: Sequence[str], counts: Counter[str]) -> float:
        length = 1.2 * (0.25 + 0.75 * sum(counts.values()) / 120)
        return sum(
            math.log(1 + self._total / (self._frequency[word] + 0.5))
            * counts[word]
            * 2.2
            / (counts[word] + length)
            for word in words
            if word in counts
        )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
