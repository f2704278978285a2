"""Milliseconds until a key shows in a story of 1 MB: python tests/tui/key_to_frame.py"""

import os
import select
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from test_terminal import Terminal

from index.documents import bundled

KEYS = 40
QUIET = 0.15  # seconds without output after which a frame counts as whole


def frame(terminal: Terminal, key: str) -> float:
    """Milliseconds from the key to the last byte of the frame it makes."""
    began = last = time.perf_counter()
    terminal.press(key)
    while time.perf_counter() - last < QUIET:
        if select.select([terminal._screen], [], [], 0.005)[0]:
            os.read(terminal._screen, 65536)
            last = time.perf_counter()
    return 1000 * (last - began)


def run(story: Path) -> None:
    """Open the story, go to its pane, and time lines, pages and passages up and down."""
    terminal = Terminal(str(story))
    terminal.wait_for("● ready", 600)
    frame(terminal, "\x1bOQ")  # F2
    for name, key in (("line", "j"), ("page", " "), ("passage", "]"), ("end, beginning", "Gg")):
        times = sorted(frame(terminal, key[i % len(key)]) for i in range(KEYS))
        print(f"{name}: median {times[KEYS // 2]:.0f} ms, slowest {times[-1]:.0f} ms", flush=True)
    terminal.press("\x11")
    terminal.exit_code(30)


if __name__ == "__main__":
    text = bundled().text
    parts = [f"Part {number}.\n\n{text}\n\n" for number in range(1_000_000 // len(text) + 1)]
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = folder
        path = Path(folder) / "long.txt"
        path.write_text("".join(parts), encoding="utf-8")
        run(path)
