"""The desk: its dialogs, the chats it keeps, and where what is typed goes."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from chat_driving import answered, ask, exchanges, pane, question, shown, status, until
from chat_fakes import FakeLoad
from textual.pilot import Pilot
from textual.widgets import Input

from index.documents import Document, bundled, from_text
from index.documents import load as load_document
from tui import chats
from tui.app import StorychatApp
from tui.chat_screen import ChatScreen
from tui.conversation import Conversation
from tui.open_screen import OpenScreen
from tui.welcome import Starter
from tui.why_screen import WhyScreen

WIDE, SMALL = (120, 40), (80, 24)
TALE = "Once there was a fox. The fox lived in a wood. A wolf came at night."
NEVER = "a" * 300  # a name that no file can have


def tale() -> StorychatApp:
    return StorychatApp([from_text(TALE, "Tale")])


def asked(app: StorychatApp) -> list[str]:
    """The questions of the chat at hand, as it would be copied."""
    assert isinstance(app.screen, ChatScreen)
    chat = app.screen.stories[0].chat
    return [] if chat is None else [turn.question for turn in chat.turns]


def kept(folder: Path) -> list[list[str]]:
    """The questions of each chat on the disk."""
    listing = chats.list_all(folder)
    return [[turn.question for turn in chat.turns] for chat in listing.chats]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data/storychat/chats"


@pytest.mark.parametrize("between", [["ctrl+r", "enter"], ["ctrl+y"], ["o"]])
async def test_a_chat_is_deleted_only_after_its_warning(
    load: FakeLoad, folder: Path, between: list[str]
) -> None:
    app = tale()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? fox")
        await answered(pilot, 1)
        await pilot.press("f8", "ctrl+d")
        for key in (*between, "ctrl+d"):
            await pilot.press(key)
            await pilot.pause()
        assert kept(folder) == [["who? fox"]] and "Press ^D again" in shown(app)
        await pilot.press("ctrl+d")
        assert not kept(folder)


async def test_what_is_answered_while_a_chat_is_chosen_stays(load: FakeLoad, folder: Path) -> None:
    app = tale()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? fox")
        await answered(pilot, 1)
        load.pipeline.may_answer.clear()
        await ask(pilot, "who else? wolf")
        await pilot.press("f8")
        load.pipeline.may_answer.set()
        await until(pilot, lambda: kept(folder) == [["who? fox", "who else? wolf"]])
        before = app.screen_stack[0].query_one(Conversation).exchanges
        await pilot.press("enter")
        await until(pilot, lambda: exchanges(app) and exchanges(app)[0] is not before[0])
        assert [one.question for one in exchanges(app)] == ["who? fox", "who else? wolf"]
        assert asked(app) == ["who? fox", "who else? wolf"]


@pytest.mark.parametrize("at", [0, 1])
async def test_turns_that_could_not_be_written_are_written_later(
    load: FakeLoad, folder: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    words = ["who? fox", "who else? wolf", "where? wood", "when? night"]
    app = tale()
    async with app.run_test(size=WIDE) as pilot:
        for number, one in enumerate(words):
            with monkeypatch.context() as patch:
                if at <= number < at + 2:
                    patch.setattr("tui.chats.append_line", full)
                    patch.setattr("tui.chats.write_whole", full)
                await ask(pilot, one)
                await answered(pilot, number + 1)
            assert asked(app) == words[: number + 1]
            await pilot.press("f8", "escape")
            assert asked(app) == words[: number + 1]
            if number == at + 1 and at:
                await pilot.press("f8", "enter")
                await until(pilot, lambda: isinstance(app.screen, ChatScreen))
                assert asked(app) == words[: number + 1]
        assert kept(folder) == [words]


async def test_turns_of_a_chat_that_was_left_are_written_later_or_said_to_be_lost(
    load: FakeLoad, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    app = tale()
    async with app.run_test(size=WIDE) as pilot:
        with monkeypatch.context() as patch:
            patch.setattr("tui.chats.write_whole", full)
            await ask(pilot, "who? fox")
            await answered(pilot, 1)
            await pilot.press("ctrl+t")
        await ask(pilot, "who else? wolf")
        await answered(pilot, 1)
        assert sorted(kept(folder)) == [["who else? wolf"], ["who? fox"]]
        monkeypatch.setattr("tui.chats.append_line", full)
        await ask(pilot, "where? wood")
        await answered(pilot, 2)
    assert app.unsaved.endswith("no space left on device.")
    monkeypatch.undo()
    assert sorted(kept(folder)) == [["who else? wolf"], ["who? fox"]]


async def open_dialog(pilot: Pilot[int], path: str = "") -> None:
    """Open the dialog and have it open a path."""
    await until(pilot, lambda: status(pilot.app) == "● ready")
    await pilot.press("ctrl+o")
    assert isinstance(pilot.app.screen, OpenScreen)
    if path:
        pilot.app.screen.query_one(Input).value = path
        await pilot.press("enter")


async def test_paths_that_can_not_be_looked_at_are_left_out(
    load: FakeLoad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "dead").symlink_to(NEVER)
    (here / "tale.txt").write_text(TALE)
    monkeypatch.chdir(here)
    app = tale()
    async with app.run_test(size=WIDE) as pilot:
        app.state = replace(app.state, recent=(str(here / "dead"),))
        await open_dialog(pilot)
        await until(pilot, lambda: "tale.txt" in shown(app))
        assert "Opened lately" not in shown(app)
    assert app.failure is None


async def test_opening_where_the_working_folder_is_gone(
    load: FakeLoad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    for one in (home, here):
        one.mkdir()
    (home / "tale.txt").write_text(TALE)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(here)
    here.rmdir()
    app = tale()
    async with app.run_test(size=WIDE) as pilot:
        await open_dialog(pilot)
        await until(pilot, lambda: "tale.txt" in shown(app))
    assert app.failure is None


async def test_exporting_to_a_name_that_is_too_long(load: FakeLoad) -> None:
    app = tale()
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? fox")
        await answered(pilot, 1)
        await pilot.press("ctrl+s")
        app.screen.query_one(Input).value = f"{NEVER}.md"
        await pilot.press("enter")
        await until(pilot, lambda: app._notifications)
        (said,) = (one.message for one in app._notifications)
        assert "can't be written: file name too long" in said
    assert app.failure is None


async def test_the_last_answer_of_a_resumed_chat_is_at_hand(load: FakeLoad) -> None:
    async with tale().run_test(size=WIDE) as pilot:
        await ask(pilot, "who? fox")
        await answered(pilot, 1)
    for key in ("f4", "ctrl+n", "enter", "e"):
        app = tale()
        async with app.run_test(size=WIDE) as pilot:
            await until(pilot, lambda app=app: exchanges(app))
            if key in ("enter", "e"):
                app.screen.query_one(Conversation).focus()
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(app.screen, WhyScreen) == (key == "f4")
            assert key == "f4" or exchanges(app)[0].chosen == (key == "ctrl+n")
            assert key != "enter" or (pane(app).has_focus and pane(app).span is not None)
            assert key != "e" or question(app).value == "who? fox"


async def test_typing_goes_on_when_the_pane_with_the_keys_is_hidden(load: FakeLoad) -> None:
    app = tale()
    async with app.run_test(size=WIDE) as pilot:
        for hidden in (pane(app), app.screen.query_one(Conversation)):
            hidden.focus()
            await pilot.resize_terminal(*SMALL)
            await until(pilot, lambda: question(app).has_focus)
            await pilot.press("a")
            await pilot.resize_terminal(*WIDE)
            await pilot.pause()
            app.screen.add_class("-story")
        assert question(app).value == "aa"


async def test_typing_with_the_focus_nowhere_or_on_a_starter(load: FakeLoad) -> None:
    load.starters = ["Who came at night? wolf"]
    app = tale()
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.screen.query(Starter))
        await pilot.press("tab", *"Wh")
        app.screen.set_focus(None)
        await pilot.press(*"at")
        assert question(app).value == "What"


@pytest.mark.parametrize("leaves", [True, False])
async def test_the_dialog_can_be_left_while_a_story_is_being_opened(
    load: FakeLoad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaves: bool
) -> None:
    path = tmp_path / "wolf.txt"
    path.write_text("A wolf came at night.")
    may_open, is_open = threading.Event(), threading.Event()

    def slowly(path: str) -> Document:
        assert may_open.wait(10)
        document = load_document(path)
        is_open.set()
        return document

    monkeypatch.setattr("tui.open_screen.load", slowly)
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await open_dialog(pilot, str(path))
        await until(pilot, lambda: "Opening…" in shown(app))
        if leaves:
            await pilot.press("escape")
            assert isinstance(app.screen, ChatScreen)
        may_open.set()
        await until(pilot, lambda: is_open.is_set() and isinstance(app.screen, ChatScreen))
        await pilot.pause(0.2)
        assert isinstance(app.screen, ChatScreen)
        assert len(app.screen.stories) == (1 if leaves else 2)
