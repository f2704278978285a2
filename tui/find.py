"""Finding words in a story."""

import re

MOST_MATCHES = 10_000


def matches(text: str, wanted: str) -> list[tuple[int, int]]:
    """The (start, end) of each place where the words stand, in order, at most MOST_MATCHES.

    Case counts only when `wanted` has a capital; white space matches any white space, and
    straight quotes match curly ones.
    """
    words = wanted.split()
    if not words:
        return []
    flags = 0 if wanted != wanted.lower() else re.IGNORECASE
    pattern = r"\s+".join(_pattern(word) for word in words)
    found: list[tuple[int, int]] = []
    for match in re.finditer(pattern, text, flags):
        found.append(match.span())
        if len(found) == MOST_MATCHES:
            break
    return found


def _pattern(word: str) -> str:
    escaped = re.escape(word)
    return escaped.replace("'", "['‘’]").replace('"', '["“”]')
