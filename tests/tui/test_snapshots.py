"""The screens as they are meant to look; `make snapshots` accepts them as they are now."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from chat_driving import answered, ask, shown, status, until
from chat_fakes import FakeLoad
from textual.pilot import Pilot
from textual.widgets import Input

from index.documents import bundled
from tui.app import StorychatApp
from tui.config import Config
from tui.question import Question

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="the baselines were made on Python 3.11"
)

SIZES = [(80, 24), (120, 40), (200, 50)]
Compare = Callable[..., bool]
Before = Callable[[Pilot[int]], Awaitable[None]]


def screens(before: Before) -> dict[str, Any]:
    """What snap_compare runs before it looks: the screen still, then the steps."""

    async def run(pilot: Pilot[int]) -> None:
        pilot.app.screen.query_one(Question).cursor_blink = False
        await before(pilot)
        await pilot.pause()

    return {"run_before": run}


async def ready(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: status(pilot.app) == "● ready")


@pytest.mark.parametrize("size", SIZES)
def test_loading(size: tuple[int, int], load: FakeLoad, snap_compare: Compare) -> None:
    load.may_load.clear()

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "Loading the reader" in status(pilot.app))
        await ask(pilot, "who docked the Soyuz? Shkaplerov")

    assert snap_compare(StorychatApp([bundled()]), terminal_size=size, **screens(before))


@pytest.mark.parametrize("size", SIZES)
def test_empty_chat(size: tuple[int, int], load: FakeLoad, snap_compare: Compare) -> None:
    assert snap_compare(StorychatApp([bundled()]), terminal_size=size, **screens(ready))


@pytest.mark.parametrize("size", [*SIZES, (60, 18)])
def test_answers(size: tuple[int, int], load: FakeLoad, snap_compare: Compare) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await ready(pilot)
        await ask(pilot, "who docked the Soyuz? Shkaplerov")
        await ask(pilot, "did they like the borscht?")
        await ask(pilot, "who is the spokesman? Peskov")
        await answered(pilot, 3)

    assert snap_compare(StorychatApp([bundled()]), terminal_size=size, **screens(before))


@pytest.mark.parametrize("size", [(80, 24), (60, 18)])
def test_the_story_alone(size: tuple[int, int], load: FakeLoad, snap_compare: Compare) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await ready(pilot)
        await ask(pilot, "who is the spokesman? Peskov")
        await answered(pilot, 1)
        await pilot.press("f2")

    assert snap_compare(StorychatApp([bundled()]), terminal_size=size, **screens(before))


@pytest.mark.parametrize("size", SIZES)
def test_finding(size: tuple[int, int], load: FakeLoad, snap_compare: Compare) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await ready(pilot)
        await pilot.press("ctrl+f", *"space", "enter")
        pilot.app.screen.query_one("#find Input").cursor_blink = False  # type: ignore[attr-defined]

    assert snap_compare(StorychatApp([bundled()]), terminal_size=size, **screens(before))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("help", ["f1"]),
        ("why", ["f4"]),
        ("open", ["ctrl+o"]),
        ("chats", ["f8"]),
        ("export", ["ctrl+s"]),
    ],
)
def test_dialogs(
    name: str,
    keys: list[str],
    size: tuple[int, int],
    load: FakeLoad,
    snap_compare: Compare,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf = tmp_path / "shelf"
    (shelf / "novels").mkdir(parents=True)
    (shelf / "fox.txt").write_text("A fox.")
    monkeypatch.chdir(shelf)
    for module in ("chats", "chat_records"):
        monkeypatch.setattr(f"tui.{module}.now", lambda: "2026-01-02T03:04:05.678+00:00")

    async def before(pilot: Pilot[int]) -> None:
        await ready(pilot)
        await ask(pilot, "who is the spokesman? Peskov")
        await answered(pilot, 1)
        await pilot.press(*keys)
        await pilot.pause()
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        if name == "open":
            await until(pilot, lambda: "fox.txt" in shown(pilot.app))

    app = StorychatApp([bundled()])
    assert snap_compare(app, terminal_size=size, **screens(before))


@pytest.mark.parametrize("size", SIZES)
def test_starters(size: tuple[int, int], load: FakeLoad, snap_compare: Compare) -> None:
    load.starters = ["Who is the spokesman?", "Who docked the Soyuz?"]
    load.pipeline.words = {load.starters[0]: "peskov", load.starters[1]: "shkaplerov"}

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "❯ Who docked the Soyuz?" in shown(pilot.app))

    assert snap_compare(StorychatApp([bundled()]), terminal_size=size, **screens(before))


@pytest.mark.parametrize("size", SIZES)
def test_the_palette(size: tuple[int, int], load: FakeLoad, snap_compare: Compare) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await ready(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "Ask the current story" in shown(pilot.app))
        pilot.app.screen.query_one(Input).cursor_blink = False

    assert snap_compare(StorychatApp([bundled()]), terminal_size=size, **screens(before))


@pytest.mark.parametrize("theme", ["paper", "ansi-dark"])
def test_themes(theme: str, load: FakeLoad, snap_compare: Compare) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await ready(pilot)
        await ask(pilot, "who is the spokesman? Peskov")
        await answered(pilot, 1)

    app = StorychatApp([bundled()], Config(theme=theme))
    assert snap_compare(app, terminal_size=(120, 40), **screens(before))
