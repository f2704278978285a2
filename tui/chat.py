"""`storychat`: read the stories, make sure there is a terminal, open the chat."""

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from index.errors import StorychatError
from tui.stories import read_stories


class _NoTerminalError(StorychatError):
    title = "Can't open the chat"


def run(paths: Sequence[str]) -> NoReturn:
    """Open the chat on the files. Ends the process; raises StorychatError if it can't."""
    documents = read_stories(paths)
    if "-" in paths:
        _take_keyboard()
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise _NoTerminalError('The chat needs a terminal; storychat ask "question" needs none.')
    if hasattr(signal, "SIGHUP"):
        # Where it is ignored, the chat would go on without its terminal, at full speed. Every
        # answer is on the disk already.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    from tui.app import StorychatApp
    from tui.chats import ChatError
    from tui.settings import in_force

    app = StorychatApp(documents, in_force())
    app.run()
    if app.failure is not None:
        raise app.failure
    if app.unsaved:
        raise ChatError(f"{app.unsaved} The answers since then are lost.")
    # Taking the models down one by one would keep the terminal for a second or more.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(app.return_code or 0)


def _take_keyboard() -> None:
    """After a story was read from standard input, take keys from the terminal instead."""
    try:
        keyboard = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        raise _NoTerminalError("The chat needs a terminal to take questions from.") from error
    os.dup2(keyboard, 0)
    os.close(keyboard)
