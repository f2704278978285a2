"""How soon the chat is on screen, and answers, and a second story answers, from the shell:
python tests/tui/first_frame.py"""

import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from test_terminal import Terminal

from index.documents import bundled

RUNS = 10


def run(second: Path) -> tuple[float, float, float]:
    """Seconds until the first frame, until a question that was typed at once is answered, and from
    opening a second story to the answer of a question that was typed while it was being read."""
    began = time.perf_counter()
    terminal = Terminal()
    terminal.wait_for("Ask the story", 60)
    first = time.perf_counter() - began
    terminal.press("Who docked the Soyuz manually?\r")
    terminal.wait_for("(Anton Shkaplerov)", 120)
    first_answer = time.perf_counter() - began
    terminal.press("\x0f")
    terminal.wait_for("Tab completes", 10)
    terminal.press(str(second))
    opened = time.perf_counter()
    terminal.press("\r")
    terminal.wait_for("storychat  badger", 10)
    terminal.press("Where does the badger live?\r")
    terminal.wait_for("in badger", 60)
    answered = time.perf_counter() - opened
    terminal.press("\x11")
    terminal.exit_code(30)
    return first, first_answer, answered


if __name__ == "__main__":
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(RUNS):
            for kind in ("CONFIG", "DATA", "STATE"):  # nobody's own chats, nor the last run's
                os.environ[f"XDG_{kind}_HOME"] = str(Path(folder) / f"{kind.lower()}{number}")
            # As long as the article, and never read before.
            story = Path(folder) / "badger.txt"
            told = f"The badger number {time.time_ns()} lives in Oslo.\n\n"
            story.write_text(told + bundled().text.replace(".", f" {number}."), encoding="utf-8")
            runs.append(run(story))
    names = ("first frame", "first question answered", "second story opened and answered")
    for name, times in zip(names, zip(*runs, strict=True), strict=True):
        print(f"{name}: best {min(times):.2f} s, median {sorted(times)[RUNS // 2]:.2f} s")
