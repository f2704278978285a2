"""The proper names of a text, told from capitals at sentence starts, by counting."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice, pairwise

from index.passages import sentence_around, sentences

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_TITLE = (
    r"(?:Mr|Mrs|Ms|Dr|St|Prof|Sir|Lady|Lord|King|Queen|Prince|Princess|Captain|Saint|President)"
)
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:[-’'][^\W\d_]{2,})*"
_SHORT = r"(?:Mr|Mrs|Ms|Dr|St|Prof)"
NAME = re.compile(
    rf"\b(?:(?:{_SHORT}\.?|{_TITLE}) )?{_CAPITAL}"
    rf"(?: (?:(?:of the|of|the|de|van|von|al) )?{_CAPITAL})*"
)
MENTIONS = 30
_NOT_NAMES = frozenset(
    "I I'm I'll I've I'd O Oh Ah God Lord Monday Tuesday Wednesday Thursday Friday Saturday Sunday "
    "January February March April May June July August September October November December "
    "Chapter Project Gutenberg Mr Mrs Ms Dr Sir Madam".split()
)


def names(text: str) -> Counter[str]:
    """How often each proper name stands in the text, by the name in full.

    A word is part of a name if it is written with a capital where no sentence or speech begins,
    and more often so than without. "Klim Shipenko" counts for "Shipenko" too; where a text gives
    a full name, that one is listed and not its last word alone.
    """
    inner: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    for start, end in sentences(text):
        found = list(_WORD.finditer(text, start, end))
        for before, word in pairwise(found):
            between = text[before.end() : word.start()]
            if word[0][0].islower():
                lower[word[0]] += 1
            elif between == " " or (between == ". " and re.fullmatch(_SHORT, before[0])):
                inner[word[0]] += 1
        if found and found[0][0].islower():
            lower[found[0][0]] += 1
    proper = {word for word, count in inner.items() if count > lower[word.lower()]} - _NOT_NAMES
    counted: Counter[str] = Counter()
    for match in NAME.finditer(text):
        words = match[0].split(" ")
        while words and words[0].rstrip(".") not in proper and not _titled(words):
            del words[0]
        while words and re.sub(r"['’]s$", "", words[-1]) not in proper:
            del words[-1]
        name = re.sub(r"['’]s$", "", " ".join(words))
        if name:
            counted[name] += 1
    return _in_full(counted)


def full_name(text: str, name: str) -> str | None:
    """The one longer name that ends in `name` ("Anton Shkaplerov"), None without or with several.

    name: a single word. Its first MENTIONS in the text are looked at.
    """
    if not re.fullmatch(_CAPITAL, name):
        return None
    word = re.escape(name)  # in front, where the search for it is a quick one
    found = islice(re.finditer(rf"{word}(?<!\w{word})\b", text), MENTIONS)
    around = dict.fromkeys(sentence_around(text, *match.span()) for match in found)
    said = names("\n\n".join(text[start:end] for start, end in around))
    longer = _longer(said, name)
    return longer[0] if len(longer) == 1 else None


def _titled(words: list[str]) -> bool:
    return len(words) > 1 and re.fullmatch(rf"{_TITLE}\.?", words[0]) is not None


def _in_full(counted: Counter[str]) -> Counter[str]:
    """Counts of a last name are given to the one full name that ends in it."""
    full: Counter[str] = Counter(counted)
    for name in counted:
        longer = _longer(counted, name)
        if len(longer) == 1 and " " not in name:
            full[longer[0]] += full.pop(name)
    return full


def _longer(said: Iterable[str], name: str) -> list[str]:
    """The names that end in `name`; "Courtiers of the King" is none of the King's."""
    return [one for one in said if one.endswith(f" {name}") and " of " not in one]
