"""What the commands say on stderr while they work: one line, rewritten, only on a terminal."""

import sys

_CLEAR = "\r\x1b[2K"


def say(stage: str) -> None:
    """Show a stage on the line being rewritten; nothing when stderr is not a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{_CLEAR}{stage}…")
        sys.stderr.flush()


def say_progress(title: str, done: int, total: int) -> None:
    """Show how many passages of a story have been read."""
    say(f"Reading {title}: {done} of {total} passages")


def hush() -> None:
    """Clear the line."""
    if sys.stderr.isatty():
        sys.stderr.write(_CLEAR)
        sys.stderr.flush()
