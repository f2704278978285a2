"""The chat in a real terminal, with the real weights: a question goes in, its answer comes out."""

import contextlib
import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import sys
import termios
import time

import pytest

ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")


class Terminal:
    """A pseudo-terminal with storychat in it."""

    def __init__(self, shell: str = "exec {}") -> None:
        """shell: a script with {} where the chat is started."""
        self.written = b""
        self._child, self._screen = pty.fork()
        if self._child == 0:
            chat = f"{shlex.quote(sys.executable)} -m tui.cli"
            os.execvp("sh", ["sh", "-c", shell.format(chat)])
        fcntl.ioctl(self._screen, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._status: int | None = None
        self._is_open = True

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever became of the test, nothing of it goes on."""
        if self._status is None:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
        if self._is_open:
            self.close()

    def wait_for(self, words: str, seconds: float) -> None:
        """Read until the words have been written. Raises AssertionError when time is up."""
        end = time.monotonic() + seconds
        while words.encode() not in ESCAPES.sub(b"", self.written):
            assert time.monotonic() < end, f"{words!r} was never written"
            if select.select([self._screen], [], [], 0.2)[0]:
                self.written += os.read(self._screen, 65536)

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._screen, keys.encode())

    def close(self) -> None:
        """Hang up."""
        os.close(self._screen)
        self._is_open = False

    def exit_code(self, seconds: float) -> int:
        """Wait for the end; that of a signal is negative. Raises AssertionError when time is up."""
        end = time.monotonic() + seconds
        while (ended := os.waitpid(self._child, os.WNOHANG))[0] == 0:
            assert time.monotonic() < end, "it goes on"
            if self._is_open and select.select([self._screen], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):  # it has hung up
                    os.read(self._screen, 65536)
            time.sleep(0.02)
        self._status = os.waitstatus_to_exitcode(ended[1])
        return self._status


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a pseudo-terminal")
def test_a_question_in_a_real_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    with Terminal() as terminal:
        terminal.wait_for("Ask the story anything", 30)
        terminal.press("who docked the Soyuz manually?\r")
        terminal.wait_for("spacecraft manually after an automatic docking failure.", 240)
        terminal.wait_for("passage 2 of 7", 30)
        terminal.press("\x11")
        assert terminal.exit_code(30) == 0
        assert b"Traceback" not in terminal.written


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a pseudo-terminal")
def test_the_chat_ends_with_its_terminal() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as under nohup
    try:
        terminal = Terminal()
    finally:
        signal.signal(signal.SIGHUP, before)
    with terminal:
        terminal.wait_for("Ask the story anything", 30)
        terminal.close()
        assert terminal.exit_code(30) == -signal.SIGHUP


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a pseudo-terminal")
def test_ctrl_z_goes_to_the_shell_which_can_come_back() -> None:
    started = "sh -c '{}; exit $?'"  # by something that is stopped as well, as make is
    with Terminal(f"set -m; {started}; echo the shell again; read _; fg; exit $?") as terminal:
        terminal.wait_for("Ask the story anything", 30)
        terminal.press("\x1a")
        terminal.wait_for("the shell again", 10)
        assert b"\x1b[?1049l" in terminal.written.partition(b"the shell again")[0]
        terminal.written = b""
        terminal.press("\n")
        terminal.wait_for("Ask the story anything", 10)
        terminal.press("\x11")
        assert terminal.exit_code(30) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a pseudo-terminal")
def test_ctrl_z_without_a_shell_stops_nothing() -> None:
    with Terminal() as terminal:
        terminal.wait_for("Ask the story anything", 30)
        terminal.press("\x1a")
        terminal.wait_for("There is no shell to go back to.", 10)
        terminal.press("\x11")
        assert terminal.exit_code(30) == 0
