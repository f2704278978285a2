"""What whoever opens the chat for the first time meets: starters, the open dialog, notes."""

from pathlib import Path

import pytest
from chat_driving import answered, question, status, until
from chat_fakes import FakeLoad
from textual.widgets import DirectoryTree, Input

from index.documents import bundled, from_text
from tui.app import StorychatApp
from tui.conversation import Conversation
from tui.open_screen import OpenScreen
from tui.welcome import Starter

SMALL = (80, 24)
TALE = "Once there was a fox. The fox lived in a wood. A wolf came at night."


async def test_the_first_tab_lands_on_the_first_starter(load: FakeLoad) -> None:
    load.starters = ["Who came at night? wolf", "Who lived in a wood? fox"]
    app = StorychatApp([from_text(TALE, "Tale")])
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.screen.query(Starter))
        await pilot.press("tab")
        assert app.focused is app.screen.query(Starter).first()
        await pilot.press("enter")
        await answered(pilot, 1)
        question(app).focus()
        await pilot.press("tab")
        assert app.focused is app.screen.query_one(Conversation)


async def test_a_path_is_typed_on_wherever_the_focus_is(
    load: FakeLoad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tales").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        await pilot.press("ctrl+o")
        assert isinstance(app.screen, OpenScreen)
        field = app.screen.query_one(Input)
        await pilot.press("~", "tab")
        assert field.value == "~/" and field.has_focus
        await pilot.press("t", "tab")
        assert field.value == "~/tales/" and field.has_focus
        await pilot.press("x", "tab")
        assert not field.has_focus
        tree = app.screen.query_one(DirectoryTree)
        tree.focus()
        await pilot.press("down", "space")
        assert tree.has_focus and field.value == "~/tales/x"
        await pilot.press("y", "slash", "z", " ")
        assert field.has_focus and field.value == "~/tales/xy/z "


@pytest.mark.parametrize("size", [(120, 40), SMALL, (60, 18)])
async def test_notes_leave_the_question_and_the_header_free(
    size: tuple[int, int], load: FakeLoad
) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        app.tell("A note.")
        app.tell("Another note.")
        await until(pilot, lambda: len(app.screen.query("Toast")) == 2)
        first, second = (one.region for one in app.screen.query("Toast"))
        assert first.y == 1 and first.right >= size[0] - 2 and second.y >= first.bottom
        assert not second.overlaps(question(app).region)
