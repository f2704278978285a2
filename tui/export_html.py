"""A chat as one self-contained web page: the answers, and the stories with them highlighted."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from index.documents import Document, clean
from tui.chat_records import Chat, SavedTurn, Story, story_of
from tui.wording import NOT_SAID, sure

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fdfcf9; --soft: #6b6b70;
  --mark: #ffe58a; --here: #ffb84d; --line: #dcd9d0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --paper: #17181a; --soft: #a0a0a6;
  --mark: #5c4a00; --here: #9a5b00; --line: #3a3b3e } }
* { box-sizing: border-box }
body { margin: 0; color: var(--ink); background: var(--paper);
  font: 1rem/1.6 Georgia, "Times New Roman", serif; overflow-wrap: anywhere }
header, main { max-width: 84rem; margin: auto; padding: 1rem 1.5rem }
h1 { font-size: 1.6rem; margin: 1rem 0 0 }
h2 { font-size: 1.2rem }
h3 { font-size: 1rem; margin: 0 }
.soft { color: var(--soft); font-size: .9rem }
#chat article { padding: 1rem 0; border-top: 1px solid var(--line) }
#chat article:target { border-left: .3rem solid var(--here); padding-left: .7rem }
.answer { font-size: 1.15rem; font-weight: bold; margin: .3rem 0 }
blockquote b { text-decoration: underline }
blockquote { margin: .3rem 0; padding-left: 1rem; border-left: .2rem solid var(--line) }
.text { white-space: pre-wrap }
mark { color: inherit; background: var(--mark); text-decoration: underline }
a { color: inherit }
sup { user-select: none; line-height: 0; font-size: .7rem; margin: 0 .15rem }
@media (min-width: 70rem) {
  main { display: grid; grid-template-columns: 2fr 3fr; gap: 3rem; align-items: start }
  #chat { position: sticky; top: 0; max-height: 100vh; overflow: auto } }
@media print { #chat { position: static; max-height: none } }
"""
# No page of ours needs to fetch or run anything; this holds even if an escape were forgotten.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(chat: Chat, documents: Sequence[Document]) -> str:
    """The chat as an HTML page that needs nothing beside itself.

    Each answer links to its words in its story, and these link back. A story that is not among
    the documents, or has changed since, is not shown; its answers then have no link.
    """
    known = {story_of(document).sha256: document for document in documents}
    asked = {turn.story.sha256: turn.story for turn in chat.turns} or {
        chat.story.sha256: chat.story
    }
    shown = [story for story in asked.values() if story.sha256 in known]
    linked = {n for n, turn in enumerate(chat.turns) if _found(turn, known)}
    # The words an answer's link leads to stand out while they are the page's target.
    targets = ",\n".join(f"#a{n + 1}:target ~ .a{n + 1}" for n in sorted(linked))
    rule = f"{targets} {{ background: var(--here) }}\n" if targets else ""
    name = _line(chat.name)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>{_STYLE}{rule}</style>\n</head>\n<body>\n"
        f'<header>\n<h1>{name}</h1>\n<p class="soft">{_line(chat.story.title)}, '
        f"asked {_line(chat.created[:10])}</p>\n</header>\n"
        '<main>\n<section id="chat">\n'
        + "".join(_answered(n, turn, n in linked) for n, turn in enumerate(chat.turns))
        + "</section>\n<section>\n"
        + "".join(_story(story, known[story.sha256], chat, linked) for story in shown)
        + "</section>\n</main>\n</body>\n</html>\n"
    )


def _found(turn: SavedTurn, known: dict[str, Document]) -> bool:
    """Whether the answer's words stand where the turn says, in a story at hand."""
    answer, document = turn.answer, known.get(turn.story.sha256)
    if answer is None or document is None or not 0 <= answer.start < answer.end:
        return False
    return document.text[answer.start : answer.end] == answer.text


def _answered(number: int, turn: SavedTurn, linked: bool) -> str:
    question = f'<article id="q{number + 1}">\n<h3>{number + 1}. {_line(turn.question)}</h3>\n'
    title = _line(turn.story.title)
    if turn.answer is None:
        said = f'<p class="answer">{escape(NOT_SAID)}</p>\n<p class="soft">{title}</p>\n'
        return f"{question}{said}</article>\n"
    words = _line(turn.answer.text)
    if linked:
        words = f'<a href="#a{number + 1}">{words}</a>'
    before, said, after = map(_part, in_its_sentence(turn))
    return (
        f'{question}<p class="answer">{words}</p>\n'
        f"<blockquote>{before.lstrip()}<b>{said}</b>{after.rstrip()}</blockquote>\n"
        f'<p class="soft">{title}, passage {turn.answer.passage} of {turn.passages} · '
        f"{sure(turn.confidence)}</p>\n</article>\n"
    )


def in_its_sentence(turn: SavedTurn) -> tuple[str, str, str]:
    """The answer's sentence as (before, the answer, after)."""
    assert turn.answer is not None
    at = turn.answer.start - turn.answer.sentence[0]
    quote, words = turn.answer.quote, turn.answer.text
    if at < 0 or quote[at : at + len(words)] != words:
        return "", words, ""
    return quote[:at], words, quote[at + len(words) :]


def _story(story: Story, document: Document, chat: Chat, linked: set[int]) -> str:
    spans = [
        (turn.answer.start, turn.answer.end, number)
        for number, turn in enumerate(chat.turns, 1)
        if number - 1 in linked and turn.answer and turn.story.sha256 == story.sha256
    ]
    marked = "".join(_marked(document.text, spans))
    return f'<h2>{_line(story.title)}</h2>\n<div class="text">{marked}</div>\n'


def _marked(text: str, spans: list[tuple[int, int, int]]) -> Iterator[str]:
    """The text, escaped, with the (start, end, number) spans marked.

    Spans may overlap: the text is cut at every edge, and a piece in several spans is marked once,
    for all of them. All pieces are siblings, for the :target rules.
    """
    edges = sorted({0, len(text), *(edge for start, end, _ in spans for edge in (start, end))})
    for at, until in pairwise(edges):
        yield from (f'<span id="a{n}"></span>' for start, _, n in spans if start == at)
        inside = [number for start, end, number in spans if start <= at < end]
        piece = escape(text[at:until])
        if inside:
            names = " ".join(f"a{number}" for number in inside)
            piece = f'<mark class="{names}">{piece}</mark>'
        yield piece
        yield from (
            f'<sup><a href="#q{n}" title="Question {n}">{n}</a></sup>'
            for _, end, n in spans
            if end == until
        )


def _line(text: str) -> str:
    return escape(" ".join(clean(text).split()))


def _part(text: str) -> str:
    """Part of a sentence, escaped, on one line, keeping the space at its edges."""
    return escape(" ".join(clean(f"|{text}|").split())[1:-1])
