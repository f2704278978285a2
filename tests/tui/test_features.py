"""The chat's dialogs, copying, keeping and settings, driven by keys."""

import json
import re
import threading
from pathlib import Path

import pytest
from chat_driving import answered, ask, exchanges, pane, question, shown, status, until
from chat_fakes import FakeLoad
from textual.widgets import Input, OptionList

from index.documents import Document, bundled, from_text
from index.documents import load as load_document
from tui import tuning
from tui.app import StorychatApp
from tui.chat_screen import ChatScreen
from tui.chats_screen import ChatsScreen
from tui.config import Config
from tui.conversation import Conversation
from tui.exchange import State
from tui.export_screen import ExportScreen
from tui.help_screen import HelpScreen
from tui.keys import GROUPS, markdown_table, shown_key
from tui.open_screen import OpenScreen
from tui.paths import completion
from tui.settings import bindings, in_force
from tui.welcome import Starter
from tui.why_screen import WhyScreen

WIDE, SMALL = (120, 40), (80, 24)
TALE = "Once there was a fox. The fox lived in a wood. A wolf came at night."


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    path = tmp_path / "tale.txt"
    path.write_text(TALE)
    return path


async def chatted(document: Document, *questions: str) -> None:
    """A chat on the document in an earlier session."""
    async with StorychatApp([document]).run_test(size=WIDE) as pilot:
        for number, words in enumerate(questions, 1):
            await ask(pilot, words)
            await answered(pilot, number)


@pytest.mark.parametrize("key", ["f1", "question_mark"])
async def test_help_shows_the_keys_as_they_are_bound(key: str, load: FakeLoad) -> None:
    app = StorychatApp([bundled()], Config(theme="lamp", keys={"find": "ctrl+g"}))
    async with app.run_test(size=(120, 90)) as pilot:
        app.screen.query_one(Conversation).focus()
        await pilot.press(key)
        assert isinstance(app.screen, HelpScreen)
        screen = shown(app)
        assert "^G" in screen and "Find in the story" in screen
        for group, keys in GROUPS.items():
            assert group in screen and all(one.tooltip in screen for one in keys)
        await pilot.press("escape", "ctrl+g")
        assert app.screen.query_one("#find Input").has_focus


async def test_why_shows_scores_and_leads_to_the_place(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "where? space")
        await answered(pilot, 1)
        first = pane(app).span
        await pilot.press("f4")
        assert isinstance(app.screen, WhyScreen)
        await until(pilot, lambda: "Why this answer" in shown(app))
        screen = shown(app)
        assert "the best candidate scores 9.00 over “not here”" in screen
        assert "0.0300" in screen and "passage 2:" in screen and "read 2 ms" in screen
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert pane(app).span not in (None, first) and pane(app).has_focus


async def test_why_survives_a_restart(load: FakeLoad, tmp_path: Path) -> None:
    async with StorychatApp([bundled()]).run_test(size=WIDE) as pilot:
        await ask(pilot, "where? space")
        await answered(pilot, 1)
    again = StorychatApp([bundled()])
    async with again.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: exchanges(again))
        await pilot.press("ctrl+up", "f4")
        await until(pilot, lambda: "Why this answer" in shown(again))
        screen = shown(again)
        assert "the best candidate scores 9.00" in screen and "read 2 ms" in screen
        assert "0.0300" in screen and "passage 2:" in screen
    # A chat kept before scores were still opens, and says what it lacks.
    (kept,) = (tmp_path / "data" / "storychat" / "chats").glob("*.jsonl")
    head, turn = map(json.loads, kept.read_text().splitlines())
    del turn["ranks"], turn["timings"]
    for span in (turn["answer"], *turn["others"]):
        del span["score"]
    kept.write_text(f"{json.dumps(head)}\n{json.dumps(turn)}\n")
    old = StorychatApp([bundled()])
    async with old.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: exchanges(old))
        await pilot.press("ctrl+up", "f4")
        await until(pilot, lambda: "saved before scores were" in shown(old))
        assert "passage 2:" in shown(old)


async def test_copying(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? Shkaplerov")
        await answered(pilot, 1)
        await pilot.press("ctrl+y")
        assert app.clipboard == "Shkaplerov"
        app.screen.query_one(Conversation).focus()
        await pilot.press("Y")
        assert app.clipboard.startswith("Shkaplerov\n“Inside the spaceship")
        assert app.clipboard.endswith("passage 1 of 7")
        await pilot.press("c")
        assert "> who? Shkaplerov" in app.clipboard
        await pilot.press("f2", "v", "y")
        assert app.clipboard.startswith("On Tuesday, Russia sent an actress")


async def test_the_candidate_that_is_shown_is_copied(load: FakeLoad) -> None:
    app = StorychatApp([from_text("A red fox came. A sly Fox went.", "Tale")])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? fox")
        await answered(pilot, 1)
        await pilot.press("ctrl+n", "ctrl+y")
        assert app.clipboard == "Fox"
        app.screen.query_one(Conversation).focus()
        await pilot.press("Y")
        assert app.clipboard == "Fox\n“A sly Fox went.”\n— Tale, passage 1 of 1"
        await pilot.press("n", "y")
        assert app.clipboard == "fox"


async def test_copying_a_chat_says_which_of_several(load: FakeLoad, tmp_path: Path) -> None:
    app = StorychatApp([from_text(TALE, "Tale"), from_text("A bear slept well.", "Bear")])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? wolf")
        await answered(pilot, 1)
        app.screen.query_one(Conversation).focus()
        await pilot.press("c", "ctrl+s")
        path = tmp_path / "chat.md"
        app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await pilot.pause()
        assert [one.message for one in app._notifications] == [
            "Copied the chat on Tale, 1 question.",
            f"Exported the chat on Tale to {path}.",
        ]


async def test_resuming_names_the_key_in_force(load: FakeLoad) -> None:
    config = Config(keys={"new_chat": "ctrl+g"})
    async with StorychatApp([bundled()]).run_test(size=WIDE) as pilot:
        await ask(pilot, "who? Shkaplerov")
        await answered(pilot, 1)
    app = StorychatApp([bundled()], config)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: exchanges(app))
        told = [one.message for one in app._notifications]
        assert told == ["Resumed with 1 question. ^G starts anew."]


async def test_a_damaged_cache_is_said_to_have_been_made_anew(load: FakeLoad) -> None:
    load.pipeline.rebuilt = True
    app = StorychatApp([from_text(TALE, "Tale")])
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: list(app._notifications))
        told = [one.message for one in app._notifications]
        assert told == ["What was saved of Tale was damaged; it has been read again."]


async def test_a_chat_is_on_the_disk_at_once_and_is_resumed(load: FakeLoad, tmp_path: Path) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? Shkaplerov")
        await answered(pilot, 1)
        kept = list((tmp_path / "data" / "storychat" / "chats").glob("*.jsonl"))
        assert len(kept) == 1 and "Shkaplerov" in kept[0].read_text()
    again = StorychatApp([bundled()])
    async with again.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: exchanges(again))
        assert "Inside the spaceship were actress" in shown(again)
        await pilot.press("up")
        assert question(again).value == "who? Shkaplerov"
        await pilot.press("ctrl+a", "ctrl+k")
        await ask(pilot, "and then? Musk")
        await answered(pilot, 2)
        assert [turn.answer for turn in load.pipeline.asked[-1][1]] == ["Shkaplerov"]
        assert len(kept[0].read_text().splitlines()) == 3
        await pilot.press("ctrl+t")
        assert not exchanges(again)
        await ask(pilot, "anew? space")
        await answered(pilot, 1)
        assert load.pipeline.asked[-1][1] == ()
    assert len(list(kept[0].parent.glob("*.jsonl"))) == 2


@pytest.mark.parametrize(
    ("key", "value"),
    [("confidence", "NaN"), ("start", f"1{'0' * 400}")],
    ids=["confidence", "start"],
)
async def test_a_damaged_turn_stops_no_chat_from_being_resumed(
    load: FakeLoad, tmp_path: Path, key: str, value: str
) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        for number, words in enumerate(("who? Shkaplerov", "who else? Musk"), 1):
            await ask(pilot, words)
            await answered(pilot, number)
    kept = next((tmp_path / "data/storychat/chats").glob("*.jsonl"))
    *lines, last = kept.read_text().splitlines()
    kept.write_text("\n".join([*lines, re.sub(rf'"{key}": [\d.]+', f'"{key}": {value}', last)]))
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: exchanges(app))
        assert [one.question for one in exchanges(app)] == ["who? Shkaplerov"]
        told = [one.message for one in app._notifications]
        assert told[0].endswith("Left out, unreadable in its file: 1 line.")
    assert app.failure is None


async def test_saved_chats_are_searched_renamed_deleted_and_opened(
    load: FakeLoad, tale: Path
) -> None:
    first = StorychatApp([load_document(tale)])
    async with first.run_test(size=SMALL) as pilot:
        await ask(pilot, "who came? wolf")
        await answered(pilot, 1)
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await ask(pilot, "who? Musk")
        await answered(pilot, 1)
        await pilot.press("f8", *"wolf")
        await pilot.pause()
        assert isinstance(app.screen, ChatsScreen)
        assert app.screen.query_one(OptionList).option_count == 1
        await pilot.press("ctrl+r")
        app.screen.query_one(Input).value = "Of wolves"
        await pilot.press("enter")
        await pilot.pause()
        assert "Of wolves" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: len(exchanges(app)) == 2)
        assert "A wolf came at night" in shown(app)
        await pilot.press("f8")
        await pilot.pause()
        count = app.screen.query_one(OptionList).option_count
        await pilot.press("ctrl+d", "ctrl+d")
        await pilot.pause()
        assert app.screen.query_one(OptionList).option_count == count - 1


@pytest.mark.parametrize("size", [WIDE, SMALL])
async def test_a_saved_chat_comes_last_and_its_last_answer_is_selected(
    load: FakeLoad, tale: Path, size: tuple[int, int]
) -> None:
    await chatted(load_document(tale), "who came? wolf", "who lived? fox")
    app = StorychatApp([bundled()])
    async with app.run_test(size=size) as pilot:
        words = ("Musk", "Shipenko", "Baikonur", "Kremlin", "Peresild", "borscht", "Shkaplerov")
        for number, word in enumerate(words, 1):
            await ask(pilot, f"which is it? {word}")
            await answered(pilot, number)
        await pilot.press("f2", "f8", *"wolf")
        await pilot.pause()
        row = app.screen.query_one(OptionList).get_option_at_index(0).prompt
        assert str(row).endswith("2 questions · who came? wolf")  # the one that has the word
        await pilot.press("enter")
        await until(pilot, lambda: len(exchanges(app)) == 9)
        conversation = app.screen.query_one(Conversation)
        assert [one.question for one in exchanges(app)][-2:] == ["who came? wolf", "who lived? fox"]
        assert conversation.selected is exchanges(app)[-1]
        await until(pilot, lambda: "❯ who lived? fox" in shown(app))
        await pilot.press("alt+up")
        assert conversation.selected is exchanges(app)[-2]
        assert isinstance(app.screen, ChatScreen) and app.screen.current == 1


async def test_another_story_that_is_opened_brings_its_chat_to_the_end(
    load: FakeLoad, tale: Path
) -> None:
    await chatted(load_document(tale), "who came? wolf")
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? Musk")
        await answered(pilot, 1)
        assert isinstance(app.screen, ChatScreen)
        app.screen.add_story(load_document(tale))
        await pilot.press("alt+up")
        assert app.screen.conversation.selected is exchanges(app)[-1]
        assert exchanges(app)[-1].question == "who came? wolf" and app.screen.current == 1


async def test_the_chat_of_the_story_shown_is_resumed_last(load: FakeLoad) -> None:
    stories = [from_text(TALE, "Tale"), from_text("A bear slept well.", "Bear")]
    async with StorychatApp(stories).run_test(size=WIDE) as pilot:
        await ask(pilot, "who? wolf")
        await pilot.press("f6")
        await ask(pilot, "who? bear")
        await answered(pilot, 2)
    app = StorychatApp(stories)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: len(exchanges(app)) == 2)
        assert [one.question for one in exchanges(app)] == ["who? bear", "who? wolf"]


async def test_a_chat_that_is_deleted_leaves_the_screen(load: FakeLoad, tmp_path: Path) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? Shkaplerov")
        await answered(pilot, 1)
        await pilot.press("f8", "ctrl+d", "ctrl+d", "escape")
        await pilot.pause()
        assert not exchanges(app) and pane(app).span is None
        assert app.screen.query_one("#welcome").display
        await ask(pilot, "and then? Musk")
        await answered(pilot, 1)
        assert load.pipeline.asked[-1][1] == ()
    (kept,) = (tmp_path / "data/storychat/chats").glob("*.jsonl")
    assert "Musk" in kept.read_text() and "who? Shkaplerov" not in kept.read_text()


async def test_the_first_answer_of_a_resumed_chat_is_selected(load: FakeLoad) -> None:
    await chatted(bundled(), "who? Shkaplerov", "who else? Musk")
    for key, at in (("g", 0), ("G", 1), ("k", 1)):
        app = StorychatApp([bundled()])
        async with app.run_test(size=WIDE) as pilot:
            await until(pilot, lambda app=app: exchanges(app))
            conversation = app.screen.query_one(Conversation)
            conversation.focus()
            await pilot.press(key)
            assert conversation.selected is exchanges(app)[at]


async def test_a_saved_chat_is_opened_without_holding_up_typing(
    load: FakeLoad, tale: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chatted(load_document(tale), "who came? wolf")
    may_convert = threading.Event()

    def slowly(path: str) -> Document:
        assert may_convert.wait(10)
        return load_document(path)

    monkeypatch.setattr("tui.keeping.load", slowly)
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        await pilot.press("f8", *"wolf", "enter")
        await pilot.pause()
        await pilot.press("a", "b")
        assert question(app).value == "ab"
        may_convert.set()
        await until(pilot, lambda: exchanges(app))
        assert "A wolf came at night" in shown(app) and question(app).value == "ab"


async def test_a_chat_on_a_story_that_has_changed_is_not_opened(load: FakeLoad, tale: Path) -> None:
    await chatted(load_document(tale), "who came? wolf")
    tale.write_text(f"{TALE} Nobody saw it.")
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("f8", *"wolf", "enter")
        await until(pilot, lambda: app._notifications)
        (said,) = (one.message for one in app._notifications)
        assert said.startswith("The text of “tale” is no longer the one of this chat. ^Y")
        assert not exchanges(app)
        await pilot.press("f8", *"wolf", "ctrl+y")
        assert "> who came? wolf" in app.clipboard


async def test_a_chat_on_standard_input_says_that_its_story_is_gone(load: FakeLoad) -> None:
    await chatted(from_text(TALE, "standard input"), "who came? wolf")
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("f8", *"wolf", "enter")
        await until(pilot, lambda: app._notifications)
        (said,) = (one.message for one in app._notifications)
        assert said.startswith("The story of this chat came from standard input and isn't kept. ^Y")
        assert not exchanges(app)


@pytest.mark.parametrize("suffix", [".md", ".json", ".html", ".doc"])
async def test_exporting(suffix: str, load: FakeLoad, tmp_path: Path) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? Shkaplerov")
        await answered(pilot, 1)
        await pilot.press("ctrl+s")
        path = tmp_path / f"chat{suffix}"
        app.screen.query_one(Input).value = str(path)
        await pilot.press("enter")
        await pilot.pause()
        if suffix == ".doc":
            assert not path.exists()
        else:
            assert "Shkaplerov" in path.read_text()


@pytest.mark.parametrize("through_a_link", [False, True])
async def test_exporting_never_replaces_an_open_story(
    load: FakeLoad, tmp_path: Path, through_a_link: bool
) -> None:
    page = f"<title>Tale</title><p>{TALE}</p>"
    story = tmp_path / "tale.html"
    story.write_text(page)
    path = tmp_path / "link.html" if through_a_link else story
    if through_a_link:
        path.symlink_to(story)
    app = StorychatApp([load_document(story)])
    async with app.run_test(size=SMALL) as pilot:
        await ask(pilot, "who came? wolf")
        await answered(pilot, 1)
        await pilot.press("ctrl+s")
        app.screen.query_one(Input).value = str(path)
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert f"{path.name} is the story “Tale” itself" in shown(app)
        assert story.read_text() == page
        app.screen.query_one(Input).value = str(tmp_path / "chat.html")
        await pilot.press("enter")
        await pilot.pause()
    assert "wolf" in (tmp_path / "chat.html").read_text() and story.read_text() == page


async def test_exporting_replaces_a_file_only_when_asked_twice(
    load: FakeLoad, tmp_path: Path
) -> None:
    one, other = tmp_path / "one.md", tmp_path / "other.md"
    for path in (one, other):
        path.write_text("mine")
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await ask(pilot, "who? Shkaplerov")
        await answered(pilot, 1)
        await pilot.press("ctrl+s")
        for path in (one, other):
            app.screen.query_one(Input).value = str(path)
            await pilot.press("enter")
            await pilot.pause()
            assert f"{path.name} exists; Enter again replaces it." in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert not isinstance(app.screen, ExportScreen)
    assert one.read_text() == "mine" and "Shkaplerov" in other.read_text()


async def test_exporting_to_a_user_there_is_not(
    load: FakeLoad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await ask(pilot, "who? Shkaplerov")
        await answered(pilot, 1)
        await pilot.press("ctrl+s")
        app.screen.query_one(Input).value = "~nobody-at-all.md"
        await pilot.press("enter")
        await pilot.pause()
    assert "Shkaplerov" in (tmp_path / "~nobody-at-all.md").read_text()


async def test_opening_another_story(load: FakeLoad, tale: Path, tmp_path: Path) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        await pilot.press("ctrl+o")
        assert isinstance(app.screen, OpenScreen)
        app.screen.query_one(Input).value = str(tmp_path / "nothing.txt")
        await pilot.press("enter")
        await until(pilot, lambda: "There is no file" in shown(app))
        app.screen.query_one(Input).value = str(tale)
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, OpenScreen))
        await ask(pilot, "who? wolf")
        exchange = await answered(pilot, 1)
        assert exchange.story == 1 and "in tale" in shown(app)
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert "tale.txt" in shown(app)
    assert json.loads((tmp_path / "state/storychat/state.json").read_text())["recent"] == [
        str(tale)
    ]


async def test_asking_all_stories(load: FakeLoad) -> None:
    app = StorychatApp([from_text(TALE, "Tale"), from_text("A bear slept well.", "Bear")])
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("f7")
        await ask(pilot, "who slept? bear")
        exchange = await answered(pilot, 1)
        assert exchange.story == 1 and "in Bear" in shown(app)
        assert "A bear slept well." in shown(app)


def test_paths_are_completed(tale: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tale.parent)
    (tale.parent / "tables").mkdir()
    (tale.parent / "tale.bin").write_bytes(b"")
    assert completion(f"{tale.parent}/ta") == f"{tale.parent}/tables/"
    assert completion("tal") == "tale.txt"
    assert completion("") is None and completion("nowhere/x") is None
    assert completion("~nobody-at-all/x") is None


async def test_starters_are_asked_at_a_touch(load: FakeLoad) -> None:
    load.starters = ["Who came at night?", "Who dreamt?"]
    load.pipeline.words = {"Who came at night?": "wolf", "Who dreamt?": "nobody"}
    app = StorychatApp([from_text(TALE, "Tale")])
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: len(app.screen.query(Starter)) > 0)
        assert len(app.screen.query(Starter)) == 1
        assert "❯ Who came at night?" in shown(app)
        app.screen.query(Starter).first().focus()
        await pilot.press("enter")
        assert (await answered(pilot, 1)).state is State.ANSWERED
        assert pane(app).span is not None
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "❯ Who came at night?" in shown(app))


async def test_the_line_between_the_panes_moves(load: FakeLoad, tmp_path: Path) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=(120, 30)) as pilot:
        width = pane(app).size.width
        await pilot.press("alt+right")
        await pilot.pause()
        narrower = pane(app).size.width
        assert narrower < width
        await pilot.mouse_down("#splitter")
        await pilot.hover("#panes", offset=(36, 10))
        await pilot.mouse_up("#panes", offset=(36, 10))
        await pilot.pause()
        assert pane(app).size.width > width
    assert json.loads((tmp_path / "state/storychat/state.json").read_text())["split"] == 30


async def test_dragging_the_line_is_kept_when_it_is_let_go(
    load: FakeLoad, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        kept: list[int] = []
        monkeypatch.setattr("tui.state.save", lambda path, state: kept.append(state.split))
        width = pane(app).size.width
        await pilot.mouse_down("#splitter")
        for column in (50, 44, 40, 36):
            await pilot.hover("#panes", offset=(column, 10))
        await pilot.pause()
        assert pane(app).size.width > width and kept == []
        await pilot.mouse_up("#panes", offset=(36, 10))
        await pilot.pause()
        assert kept == [30]
        await pilot.press("alt+right")
        assert kept == [30, 34]


def test_vectors_have_a_folder_of_their_own(load: FakeLoad, tmp_path: Path) -> None:
    for folder in (tmp_path / "mine", Config().cache_folder):
        pipeline = tuning.load(Config(cache_folder=folder), lambda stage: None)
        assert pipeline.cache == folder / "vectors"


async def test_confidence_in_numbers_on_demand(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? Shkaplerov")
        await answered(pilot, 1)
        assert "almost" in shown(app) and "(90" not in shown(app)
        await pilot.press("f5")
        await pilot.pause()
        assert "(90" in shown(app)


async def test_a_theme_that_is_picked_stays(load: FakeLoad, tmp_path: Path) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        app.theme = "paper"
        await pilot.pause()
    assert 'theme = "paper"' in (tmp_path / "config/storychat/config.toml").read_text()
    assert in_force().theme == "paper"


async def test_the_palette_has_everything(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        commands = {one.title for one in app.get_system_commands(app.screen)}
        assert {"Open another story", "Export the chat (.md, .json or .html)", "Theme"} <= commands
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"confidence", "enter")
        await until(pilot, lambda: app.state.numbers)


async def test_the_palette_shows_the_keys_in_force(load: FakeLoad) -> None:
    keys = {"find": "ctrl+g,f9", "quit": "ctrl+x", "chat_cite": "C", "chat_copy_all": "ctrl+k"}
    app = StorychatApp([bundled()], Config(keys=keys))
    async with app.run_test(size=WIDE):
        told = {one.title: one.help for one in app.get_system_commands(app.screen)}
    assert told["Find in the story"] == "^G" and told["Open another story"] == "^O"
    assert told["Quit"] == "^X" and told["Answer before"] == "Alt+↑"
    assert told["Copy the answer with its sentence and place"] == "C in the conversation"
    assert told["Copy the whole chat"] == "^K in the conversation"


async def test_ctrl_c_twice_quits(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("ctrl+c")
        assert "Press ^C again to quit." in [one.message for one in app._notifications]
        await pilot.press("ctrl+c")
        await pilot.pause()
    assert app.return_code == 130


async def test_without_colour_marks_are_underlined(
    load: FakeLoad, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "who? Shkaplerov")
        await answered(pilot, 1)
        segments = [
            segment for strip in app.screen._compositor.render_strips() for segment in strip
        ]
        spans = [one for one in segments if one.text == "Shkaplerov"]
        assert len([one for one in spans if one.style and one.style.underline]) == 2
        assert "▌" in shown(app)


def test_the_readme_has_the_table_of_keys() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    table = readme.partition("<details><summary>All keys")[2].partition("</details>")[0]
    assert table.partition("\n")[2].strip() == markdown_table().strip()


def test_key_names_are_unique_and_the_table_has_all() -> None:
    ids = [one.id for keys in GROUPS.values() for one in keys]
    assert len(ids) == len(set(ids)) == len(bindings())
    table = markdown_table()
    assert "| `^F` | Find in the story |" in table and table.count("\n|") > len(ids)
    assert [shown_key(key) for key in ("ctrl+f", "f1", "G", "alt+up", "question_mark")] == [
        "^F",
        "F1",
        "G",
        "Alt+↑",
        "?",
    ]
