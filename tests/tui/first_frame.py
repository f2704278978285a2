"""How soon the chat is on screen and ready, from the shell: python tests/tui/first_frame.py"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from test_terminal import Terminal

RUNS = 10


def run() -> tuple[float, float]:
    """Seconds until the first frame, and until a question can be answered."""
    began = time.perf_counter()
    terminal = Terminal()
    terminal.wait_for("Ask the story", 60)
    first = time.perf_counter() - began
    terminal.wait_for("● ready", 120)
    ready = time.perf_counter() - began
    terminal.press("\x11")
    terminal.exit_code(30)
    return first, ready


if __name__ == "__main__":
    runs = [run() for _ in range(RUNS)]
    for name, times in zip(("first frame", "ready"), zip(*runs, strict=True), strict=True):
        print(f"{name}: best {min(times):.2f} s, median {sorted(times)[RUNS // 2]:.2f} s")
