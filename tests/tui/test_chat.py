"""The chat, driven by keys, on a fake pipeline."""

from pathlib import Path

import pytest
from chat_driving import answered, ask, exchanges, pane, question, shown, status, until
from chat_fakes import FakeLoad
from textual import events
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input

from index.documents import Document, bundled, from_text
from index.errors import ModelError
from index.passages import Passage, split
from tui import state as remembered
from tui.app import StorychatApp
from tui.chat_screen import ChatScreen
from tui.config import Config
from tui.conversation import Conversation, ExchangeView
from tui.exchange import Exchange, State

WIDE, SMALL, SMALLEST = (120, 40), (80, 24), (60, 18)
TALE = "Once there was a fox. The fox lived in a wood. A wolf came at night."


@pytest.mark.parametrize("size", [WIDE, SMALL, SMALLEST, (250, 70)])
async def test_an_answer_stands_in_the_story(size: tuple[int, int], load: FakeLoad) -> None:
    document = bundled()
    app = StorychatApp([document])
    async with app.run_test(size=size) as pilot:
        await ask(pilot, "who was mentioned last? Musk")
        exchange = await answered(pilot, 1)
        start, end = exchange.place[0] or (0, 0)
        assert document.text[start:end] == "Musk" and pane(app).span == (start, end)
        assert "❯ who was mentioned last? Musk" in shown(app)
        if size[0] < 110:
            await pilot.press("f2")
            await pilot.pause()
        assert pane(app).is_in_view(start)
        assert "passage" in shown(app)


async def test_a_question_typed_while_loading_waits_and_is_answered(load: FakeLoad) -> None:
    load.may_load.clear()
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "Loading the reader" in status(app))
        assert "✓ Loading PyTorch" in shown(app)
        await ask(pilot, "the director? Shipenko")
        assert exchanges(app)[0].state is State.WAITING
        assert "waiting until the story can be asked" in shown(app)
        load.may_load.set()
        exchange = await answered(pilot, 1)
        assert exchange.turn is not None and exchange.turn.answer is not None
        assert status(app) == "● ready"
    assert load.pipeline.threads == {"engine"}


async def test_reading_a_long_story_is_counted(load: FakeLoad) -> None:
    load.pipeline.may_open.clear()
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "0 of 7" in status(app))
        load.pipeline.may_open.set()
        await until(pilot, lambda: status(app) == "● ready")


async def test_a_long_story_being_read_keeps_nobody_from_asking_another(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        load.pipeline.may_open.clear()
        assert isinstance(app.screen, ChatScreen)
        app.screen.add_story(from_text("A fox met a crow. " * 400, "Foxes"))
        await ask(pilot, "what did the fox meet? crow")
        await until(pilot, lambda: "reading the story first, 0 of" in shown(app))
        app.screen.show_story(0)
        await ask(pilot, "who was mentioned last? Musk")
        await until(pilot, lambda: exchanges(app)[1].state is State.ANSWERED)
        assert exchanges(app)[0].state is State.WAITING
        load.pipeline.may_open.set()
        await until(pilot, lambda: exchanges(app)[0].state is State.ANSWERED)
    assert load.pipeline.threads == {"engine"}


async def test_the_story_does_not_say(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await ask(pilot, "did they like the borscht?")
        exchange = await answered(pilot, 1)
        assert "The story doesn't say." in shown(app)
        assert "The nearest passage (1 of 4): passage 1 of 7" in shown(app)
        await pilot.press("ctrl+n")
        assert exchange.chosen == 1
        assert "The nearest passage (2 of 4): passage 2 of 7" in shown(app)


async def test_the_runners_up_take_turns(load: FakeLoad) -> None:
    app = StorychatApp([from_text(TALE, "Tale")])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "fox")
        await answered(pilot, 1)
        first = pane(app).span
        await pilot.press("ctrl+n")
        assert pane(app).span not in (None, first)
        assert "candidate 2 of 2" in shown(app)
        await pilot.press("ctrl+n")
        assert pane(app).span == first


async def test_follow_ups_are_told_what_went_before(load: FakeLoad) -> None:
    app = StorychatApp([from_text(TALE, "Tale")])
    async with app.run_test(size=SMALL) as pilot:
        await ask(pilot, "who lived in the wood? fox")
        await ask(pilot, "and what is there of it")
        await answered(pilot, 2)
        (_, before), (_, after) = load.pipeline.asked
        assert before == ()
        assert [(turn.question, turn.answer) for turn in after] == [
            ("who lived in the wood? fox", "fox")
        ]
        assert "↳ read as: and what is there of it (of who lived" in shown(app)


async def test_up_and_down_bring_earlier_questions(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        for words in ("the first? space", "the second? movie"):
            await ask(pilot, words)
        await answered(pilot, 2)
        question(app).value = "half a ques"
        values = []
        for key in ("up", "up", "up", "down", "down"):
            await pilot.press(key)
            values.append(question(app).value)
        assert values == [
            "the second? movie",
            "the first? space",
            "the first? space",
            "the second? movie",
            "half a ques",
        ]


async def test_escape_cancels_and_gives_the_question_back(load: FakeLoad) -> None:
    load.pipeline.may_answer.clear()
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await ask(pilot, "slow? space")
        await until(pilot, lambda: load.pipeline.asked)
        await pilot.press("escape")
        assert question(app).value == "slow? space" and not exchanges(app)
        load.pipeline.may_answer.set()
        await ask(pilot, "next? movie")
        exchange = await answered(pilot, 1)
        assert exchange.question == "next? movie"


async def test_a_failure_gives_the_question_back(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await ask(pilot, "boom")
        exchange = await answered(pilot, 1)
        assert exchange.state is State.FAILED and question(app).value == "boom"
        assert "the reader fell over" in shown(app)
        await ask(pilot, "fine? space")
        assert (await answered(pilot, 2)).state is State.ANSWERED


async def test_models_that_cannot_be_loaded(load: FakeLoad) -> None:
    load.may_load.clear()
    load.error = ModelError("The reader's weights are missing.")
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await ask(pilot, "who? Musk")
        load.may_load.set()
        exchange = await answered(pilot, 1)
        assert exchange.message == "The reader's weights are missing."
        assert question(app).value == "who? Musk"
        await ask(pilot, "again? Musk")
        assert (await answered(pilot, 2)).state is State.FAILED


async def test_a_story_opened_when_no_model_is_there_fails_at_once(load: FakeLoad) -> None:
    load.error = ModelError("The reader's weights are missing.")
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: status(app) == "✗ can't answer")
        assert isinstance(app.screen, ChatScreen)
        app.screen.add_story(from_text(TALE, "Tale"))
        await ask(pilot, "who came? wolf")
        exchange = await answered(pilot, 1)
        assert exchange.message == "The reader's weights are missing."
        assert status(app) == "✗ can't answer" and question(app).value == "who came? wolf"


async def test_an_answer_leaves_the_story_that_is_read_meanwhile(load: FakeLoad) -> None:
    app = StorychatApp([from_text(TALE, "Tale"), from_text("A bear slept well.", "Bear")])
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        load.pipeline.may_answer.clear()
        await ask(pilot, "who came? wolf")
        await until(pilot, lambda: load.pipeline.asked)
        assert isinstance(app.screen, ChatScreen)
        await pilot.press("f6", *"and who?")
        load.pipeline.may_answer.set()
        exchange = await answered(pilot, 1)
        assert app.screen.current == 1 and pane(app).span is None
        assert app.screen.conversation.selected is exchange
        assert "A wolf came at night" in shown(app) and question(app).value == "and who?"
        await pilot.press("alt+down")
        assert app.screen.current == 0 and pane(app).span == exchange.place[0]


async def test_answers_are_selected_by_key_and_click(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await ask(pilot, "the first? Shkaplerov")
        await ask(pilot, "the second? Musk")
        await answered(pilot, 2)
        first, second = exchanges(app)
        assert pane(app).span == second.place[0]
        await pilot.press("alt+up")
        assert pane(app).span == first.place[0]
        await pilot.click(list(app.screen.query(ExchangeView))[1])
        await pilot.pause()
        assert pane(app).span == second.place[0] and question(app).has_focus
        app.screen.query_one(Conversation).focus()
        await pilot.press("k")
        assert pane(app).span == first.place[0]
        await pilot.press(*"What")
        assert question(app).has_focus and question(app).value == "What"


async def test_resizing_keeps_the_place(load: FakeLoad) -> None:
    text = "\n\n".join(
        f"Paragraph {n} says a few things that fill a line or two of it all." for n in range(2000)
    )
    app = StorychatApp([from_text(text, "Long")])
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        pane(app).reveal(text.index("Paragraph 1500"), text.index("Paragraph 1500") + 5)
        await pilot.pause()
        place = pane(app).place
        for size in ((200, 50), (150, 30), (112, 60), WIDE):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert pane(app).place == place
        await pilot.resize_terminal(*SMALL)
        await pilot.press("f2")
        await pilot.pause()
        assert pane(app).place == place


async def test_resizing_keeps_the_last_answer_in_view(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        for number, words in enumerate(("Musk", "Shipenko", "Baikonur", "Kremlin"), 1):
            await ask(pilot, f"which is it? {words}")
            await answered(pilot, number)
        for size in (SMALL, SMALLEST):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: "which is it? Kremlin" in shown(app))


async def ask_many(pilot: Pilot[int]) -> Conversation:
    """Ask until the conversation scrolls; it."""
    words = ("Musk", "Shipenko", "Baikonur", "Kremlin", "Peresild", "borscht", "Shkaplerov")
    for number, word in enumerate(words, 1):
        await ask(pilot, f"which is it? {word}")
        await answered(pilot, number)
    conversation = pilot.app.screen.query_one(Conversation)
    await until(pilot, lambda: conversation.scroll_y == conversation.max_scroll_y > 0)
    return conversation


def topmost(conversation: Conversation) -> Exchange:
    """The first exchange that can be seen."""
    views = conversation.query(ExchangeView)
    return next(one.exchange for one in views if one.virtual_region.bottom > conversation.scroll_y)


async def test_the_story_and_back_keeps_the_place_in_the_conversation(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        conversation = await ask_many(pilot)
        await pilot.press("pageup")
        await pilot.pause()
        place = conversation.scroll_offset.y
        assert 0 < place < conversation.max_scroll_y
        await pilot.press("f2")
        await until(pilot, lambda: not conversation.display)
        await pilot.press("f2")
        await until(pilot, lambda: conversation.display)
        assert conversation.scroll_offset.y == place


async def test_another_size_keeps_the_place_in_the_conversation(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=(120, 24)) as pilot:
        conversation = await ask_many(pilot)
        top = list(conversation.query(ExchangeView))[2]
        conversation.scroll_to(y=top.virtual_region.y + 1, animate=False)
        await pilot.pause()
        place = conversation.scroll_offset.y
        for key in ("alt+left", "alt+left", "alt+left", "alt+left"):
            await pilot.press(key)
            await pilot.pause()
            assert topmost(conversation) is top.exchange
        await pilot.resize_terminal(*SMALL)
        await pilot.pause()
        assert topmost(conversation) is top.exchange
        await pilot.resize_terminal(120, 24)
        await pilot.press(*["alt+right"] * 4)
        await pilot.pause()
        assert conversation.scroll_offset.y == place


async def test_another_size_stays_at_the_end_of_the_conversation(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=(120, 24)) as pilot:
        conversation = await ask_many(pilot)
        await pilot.press(*["alt+up"] * 9)
        await until(pilot, lambda: conversation.scroll_y == 0)
        conversation.scroll_end(animate=False)
        await pilot.pause()
        for size in (SMALL, (150, 30), SMALLEST):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert conversation.scroll_y == conversation.max_scroll_y > 0


async def test_an_answer_that_came_behind_the_story_is_shown_after_it(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        conversation = await ask_many(pilot)
        load.pipeline.may_answer.clear()
        await ask(pilot, "who came last? Musk")
        await pilot.press("pageup", "f2")
        await until(pilot, lambda: not conversation.display)
        load.pipeline.may_answer.set()
        await answered(pilot, 8)
        await pilot.press("f2")
        await until(pilot, lambda: "who came last? Musk" in shown(app))


async def test_an_answer_found_while_the_story_is_hidden_stands_a_third_down(
    load: FakeLoad,
) -> None:
    lines = [f"Paragraph {n} says a few things that fill a line or two." for n in range(300)]
    text = "\n\n".join(lines)
    app = StorychatApp([from_text(text, "Long")])
    async with app.run_test(size=SMALL) as pilot:
        for number, word in enumerate(("200", "100", "250"), 1):
            await ask(pilot, f"which? {word}")
            await answered(pilot, number)
            await pilot.press("f2")
            await until(pilot, lambda: pane(app).size.height)
            a_third = pane(app).size.height // 3
            assert row_of(app, f"Paragraph {word}") == a_third
            pane(app).scroll_home(animate=False)
            await pilot.pause()
            await pilot.press("enter")
            await pilot.pause()
            assert row_of(app, f"Paragraph {word}") == a_third
            await pilot.press("f2")
            await until(pilot, lambda: not pane(app).size.height)


def row_of(app: StorychatApp, words: str) -> int:
    """The row of the story pane that has the words."""
    rows = (pane(app).render_line(y).text for y in range(pane(app).size.height))
    return next(y for y, row in enumerate(rows) if words in row)


async def test_finding(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("ctrl+f", *"space", "enter")
        await pilot.pause()
        assert "2 of 1" in shown(app)
        await pilot.press("shift+f3", "shift+f3")
        await pilot.pause()
        text = shown(app)
        assert any(f"{n} of {n}" in text for n in range(10, 20))
        await pilot.press("escape")
        await pilot.pause()
        assert pane(app).has_focus
        place = pane(app).place
        await pilot.press("n", "n", "n", "n")
        await pilot.pause()
        assert pane(app).place != place
        await pilot.press("slash", *"zebra")
        await pilot.pause()
        assert "no match" in shown(app)


async def test_what_was_found_in_one_story_is_not_marked_in_another(load: FakeLoad) -> None:
    app = StorychatApp([from_text(TALE, "Tale"), from_text("A bear slept well.", "Bear")])
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("ctrl+f", *"wolf", "escape", "f6", "f3")
        await pilot.pause()
        assert not pane(app)._matches
        await pilot.press("f6", "ctrl+f")
        await pilot.pause()
        assert "1 of 1" in shown(app) and pane(app)._matches


async def test_the_find_bar_opens_again_with_what_it_found(load: FakeLoad) -> None:
    app = StorychatApp([from_text(TALE, "Tale")])
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("ctrl+f", *"fox", "escape", "escape")
        await pilot.pause()
        assert not pane(app)._matches
        await pilot.press("ctrl+f")
        await pilot.pause()
        assert "1 of 2" in shown(app) and len(pane(app)._matches) == 2
        await pilot.press("enter")
        await pilot.pause()
        assert "2 of 2" in shown(app)


async def test_the_story_is_walked_like_vim(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("f2")
        tops = []
        for key in ("j", "d", "G", "k", "u", "g"):
            await pilot.press(key)
            await pilot.pause()
            tops.append(pane(app).scroll_offset.y)
        assert tops[0] == 1 < tops[1] < tops[3] == tops[2] - 1 > tops[4] > tops[5] == 0
        await pilot.press("i")
        assert question(app).has_focus


async def test_pages_turn_while_typing(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("pagedown")
        await pilot.pause()
        assert pane(app).scroll_offset.y > 5 and question(app).has_focus


async def test_several_stories(load: FakeLoad) -> None:
    app = StorychatApp([from_text(TALE, "Tale"), from_text("A bear slept well.", "Bear [b]")])
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        await ask(pilot, "who? wolf")
        await answered(pilot, 1)
        await pilot.press("f6")
        assert "Bear [b]" in shown(app)
        await ask(pilot, "who? bear")
        await answered(pilot, 2)
        assert "in Bear [b]" in shown(app)
        await pilot.press("alt+up")
        await pilot.pause()
        assert "A wolf came at night" in shown(app)


async def test_a_selection_is_the_storys_own_text(load: FakeLoad) -> None:
    long = from_text(" ".join(f"word{n}" for n in range(100)), "Long")
    app = StorychatApp([long])
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.mouse_down(pane(app), offset=(8, 1))
        await pilot.hover(pane(app), offset=(12, 2))
        await pilot.mouse_up(pane(app), offset=(12, 2))
        await pilot.pause()
        selected = app.screen.get_selected_text()
        assert selected and selected in long.text


async def test_v_selects_one_passage_more_each_time(load: FakeLoad) -> None:
    story = bundled()
    app = StorychatApp([story])
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        await pilot.press("f2")
        passages = split(story)
        for passage in (*passages, passages[-1]):
            await pilot.press("v")
            assert app.screen.get_selected_text() == story.text[: passage.end]


async def test_a_passage_number_that_is_too_long_is_not_another(load: FakeLoad) -> None:
    app = StorychatApp([from_text(TALE, "Tale")])
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        pane(app).number([Passage(n, 0, 1, "O") for n in range(10_099)])
        pane(app)._passage_starts = [-1] * 10_099 + [0]
        assert "…100 " in pane(app).render_line(0).text


HOSTILE = [
    "[bold red]not bold[/] [link=x]y[/link] [",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x07\x08 \x9b2J",
    "a\u202eb\u2066c\u200bd\ufeff",
    "x" * 5000,
    "宽" * 300 + " 👩‍👩‍👧‍👦 é́́́",
    "${jndi} %s {0} $accent @click=app.bell",
]


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_text_stays_text(words: str, load: FakeLoad, tmp_path: Path) -> None:
    document: Document = from_text(f"A story with {words} in it.\n\nThe end.", words)
    app = StorychatApp([document])
    async with app.run_test(size=SMALL) as pilot:
        await ask(pilot, f"{words} end")
        await answered(pilot, 1)
        await pilot.press("f2")
        await pilot.pause()
        screen = shown(app)
        assert not any(character < " " and character != "\n" for character in screen)
        assert "\u202e" not in screen and "\u009b" not in screen
        strips = app.screen._compositor.render_strips()
        assert all(strip.cell_length == SMALL[0] for strip in strips)


async def test_a_long_paste_is_one_clean_line(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        pasted = "why\nis \x1b[31mthis\r\n" + "word " * 5000

        question(app).post_message(events.Paste(pasted))
        await pilot.pause()
        assert question(app).value.startswith("why is this word word")
        await pilot.press("enter")
        exchange = await answered(pilot, 1)
        assert exchange.message == "The question is too long (5,003 words); 100 words at most."
        assert question(app).value.startswith("why is this word")
        assert "100 words at most" in shown(app)


@pytest.mark.parametrize("key", ["ctrl+e", "alt+backspace", "end"])
async def test_a_key_that_is_set_comes_before_what_the_field_makes_of_it(
    key: str, load: FakeLoad
) -> None:
    app = StorychatApp([bundled()], Config(keys={"numbers": key}))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press(*"fox", key)
        assert app.state.numbers and question(app).value == "fox"


async def test_the_palettes_and_quits_own_keys_can_be_given_away(load: FakeLoad) -> None:
    keys = {"palette": "f9", "quit": "f10", "numbers": "ctrl+p", "find": "ctrl+q"}
    app = StorychatApp([bundled()], Config(keys=keys))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("ctrl+p", "ctrl+q")
        assert app.state.numbers and app.screen.query_one("#find Input").has_focus
        await pilot.press("f9")
        assert isinstance(app.screen, CommandPalette)
        await pilot.press("escape", "f8", "f10")
    assert app.return_code == 0


async def test_a_damaged_state_is_as_at_first(load: FakeLoad) -> None:
    path = remembered.default_path()
    path.parent.mkdir(parents=True)
    path.write_text('{"split": 1e999, "numbers": true}')
    assert remembered.load(path) == remembered.State()


async def test_keys_right_behind_one_that_comes_first_are_not_lost(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=WIDE) as pilot:
        for key in ("ctrl+f", *"giant"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: app.screen.query_one("#find Input", Input).value == "giant")


async def test_keys_that_come_all_at_once_are_not_lost(load: FakeLoad) -> None:
    app = StorychatApp([bundled()])
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: status(app) == "● ready")
        # As they come over a slow line, or after the program was busy: no pause between them.
        for key in ("f2", "j", "j", "slash", *"giant", "escape", "i", *"who? ", *"Musk", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        for key in ("a", "n", "d"):
            app.post_message(events.Key(key, key))
        await answered(pilot, 1)
        assert exchanges(app)[0].question == "who? Musk"
        assert question(app).value == "and"
        assert app.screen.query_one("#find Input", Input).value == "giant"
        assert pane(app).scroll_offset.y > 0
