"""Make the README's pictures anew, with the real weights: python tests/tui/pictures.py [NAME…]"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from chat_driving import answered, ask, status, until
from textual.pilot import Pilot
from textual.widgets import Input

from index.documents import bundled
from tui.app import StorychatApp

FOLDER = Path(__file__).parents[2] / "tui" / "pictures"
ASKED = (
    "who docked the Soyuz manually?",
    "Which actress flew to the space station?",
    "How old is she?",
)
PATIENCE = 300.0


async def chat(pilot: Pilot[int]) -> None:
    """Three answers, the last of them to a follow-up."""
    for count, words in enumerate(ASKED, 1):
        await ask(pilot, words)
        await until(pilot, lambda: status(pilot.app) == "● ready", PATIENCE)
        await answered(pilot, count)


async def why(pilot: Pilot[int]) -> None:
    """The scores behind the last answer."""
    await chat(pilot)
    await pilot.press("f4")


async def find(pilot: Pilot[int]) -> None:
    """Words found in the story."""
    await chat(pilot)
    await pilot.press("ctrl+f", *"space", "enter")


PICTURES: dict[str, tuple[tuple[int, int], Callable[[Pilot[int]], Awaitable[None]]]] = {
    "chat": ((120, 40), chat),
    "narrow": ((80, 24), chat),
    "why": ((120, 40), why),
    "find": ((120, 40), find),
}


async def take(name: str) -> None:
    """Write one picture."""
    size, steps = PICTURES[name]
    app = StorychatApp([bundled()])
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: status(app) == "● ready", PATIENCE)
        await steps(pilot)
        await pilot.pause(0.5)
        for field in app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()
        picture = app.export_screenshot(title="storychat", simplify=True)
    path = FOLDER / f"{name}.svg"
    path.write_text("\n".join(line.rstrip() for line in picture.splitlines()) + "\n")
    print(f"{path.relative_to(FOLDER.parents[1])}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):  # nobody's own chats get in
            os.environ[f"XDG_{kind}_HOME"] = str(Path(folder) / kind.lower())
        for wanted in sys.argv[1:] or PICTURES:
            asyncio.run(take(wanted))
            for kept in Path(folder).glob("data/storychat/*"):
                kept.rename(Path(folder) / f"{wanted}-{kept.name}")
    # The engine's thread may still be in its models, which don't like being taken down.
    sys.stdout.flush()
    os._exit(0)
