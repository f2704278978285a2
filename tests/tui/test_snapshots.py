"""The screens as they are meant to look; `make snapshots` accepts them as they are now."""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from chat_driving import answered, ask, status, until
from chat_fakes import FakeLoad
from textual.pilot import Pilot

from index.documents import bundled
from tui.app import StorychatApp
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
