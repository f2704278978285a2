"""Driving the chat in tests: asking, waiting, and reading the screen."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from tui.conversation import Conversation
from tui.exchange import Exchange, State
from tui.question import Question
from tui.story_pane import StoryPane


def exchanges(app: App[Any]) -> list[Exchange]:
    return app.screen.query_one(Conversation).exchanges


def pane(app: App[Any]) -> StoryPane:
    return app.screen.query_one(StoryPane)


def question(app: App[Any]) -> Question:
    return app.screen.query_one(Question)


def status(app: App[Any]) -> str:
    return str(app.screen.query_one("#status", Static).content)


async def ask(pilot: Pilot[int], words: str) -> None:
    """Type a question and press Enter."""
    question(pilot.app).value = words
    await pilot.press("enter")


async def answered(pilot: Pilot[int], count: int) -> Exchange:
    """Wait for so many answers; the last of them."""
    states = (State.ANSWERED, State.FAILED)
    await until(pilot, lambda: sum(one.state in states for one in exchanges(pilot.app)) == count)
    return exchanges(pilot.app)[-1]


def shown(app: App[Any]) -> str:
    """The screen as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def until(pilot: Pilot[int], true: Callable[[], object], seconds: float = 20) -> None:
    """Let the app run until something is true."""
    for _ in range(int(seconds / 0.02)):
        await pilot.pause()
        if true():
            await pilot.pause()
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came true")
