"""What the commands say on stderr while they work: one line, rewritten, only on a terminal."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.pace import Pace
from tui.wording import made_anew, one_line, time_left

if TYPE_CHECKING:
    from index.documents import Document
    from index.search import StoryIndex
    from qa.pipeline import Pipeline
    from tui.config import Config

_CLEAR = "\r\x1b[2K"


def say(stage: str) -> None:
    """Show a stage on the line being rewritten; nothing when stderr is not a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{_CLEAR}{stage}…")
        sys.stderr.flush()


def _reading(title: str) -> Callable[[int, int], None]:
    """Something to call with how many passages of a story have been read, of how many."""
    pace = Pace()

    def progress(done: int, total: int) -> None:
        left = pace.left(done, total)
        soon = "" if left is None else f", about {time_left(left)}"
        say(f"Reading {one_line(title)}: {done} of {total} passages{soon}")

    return progress


def hush() -> None:
    """Clear the line."""
    if sys.stderr.isatty():
        sys.stderr.write(_CLEAR)
        sys.stderr.flush()


def opened(pipeline: "Pipeline", config: "Config", document: "Document") -> "StoryIndex":
    """Read a story, saying how far it is, and when what was saved of it had to be made anew."""
    from tui import tuning  # a command that ends in an error has no use for it

    story = tuning.open_story(pipeline, config, document, _reading(document.title))
    hush()
    if story.rebuilt:
        print(f"storychat: {made_anew(document)}", file=sys.stderr)
    return story
