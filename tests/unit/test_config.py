"""The configuration file: defaults, checks with line numbers, and its own rendering."""

# ruff: noqa: E501
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui import config, config_lines, config_text
from tui.config import Config, ConfigError
from tui.key_names import unknown_key

PATH = Path("/home/me/config.toml")
WHOLE = """\
theme = "nord"

[keys]
find = "ctrl+f, f9"

[passages]
words = 80
overlap = 20
read = 9

[reader]
null_threshold = 2

[folders]
data = "~/storychat"
cache = "cache"
"""

ACTIONS = {
    "Anywhere": {
        "help": "f1",
        "find": "ctrl+f",
        "runner_up": "ctrl+n",
        "why": "f4",
        "quit": "ctrl+q",
    },
    "Typing": {"ask": "enter,ctrl+j", "earlier": "up"},
    "Conversation": {"chat_why": "w", "chat_first": "g,home"},
    "Story": {"story_next_match": "n", "story_home": "g,home"},
}


def wrong(text: str, **known: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        config.parse(text, PATH, **known)
    said = caught.value.message
    assert said.startswith(f"{PATH}, line ")
    assert said.endswith(".")
    assert "\n" not in said
    return said.removeprefix(f"{PATH}, line ")


def test_no_file_is_all_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYCHAT_CONFIG", str(tmp_path / "none.toml"))
    assert config.load() == Config()


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no file .*none.toml\."):
        config.load(tmp_path / "none.toml")


def test_the_environment_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('theme = "nord"')
    monkeypatch.setenv("STORYCHAT_CONFIG", str(path))
    assert config.load() == Config(theme="nord")
    monkeypatch.setenv("STORYCHAT_CONFIG", "~nosuch/mine.toml")
    with pytest.raises(ConfigError, match=r"no home folder for “~nosuch/mine.toml”\."):
        config.load()
    monkeypatch.delenv("STORYCHAT_CONFIG")
    assert config.config_path().name == "config.toml"


def test_every_setting_is_read() -> None:
    assert config.parse(WHOLE, PATH, ACTIONS, ["nord"]) == Config(
        theme="nord",
        keys={"find": "ctrl+f,f9"},
        passage_words=80,
        passage_overlap=20,
        passages_read=9,
        null_threshold=2.0,
        data_folder=Path.home() / "storychat",
        cache_folder=Path("/home/me/cache"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[passages]\n\nwrods = 3", "3: there is no setting in [passages] “wrods”; the nearest is words."),
        ("x = 1\n[passages]", "1: there is no setting “x”."),
        ("[passage]\nwords = 90", "1: there is no setting “passage”; the nearest is passages."),
        ("a = 3\npassages = 3", "1: there is no setting “a”."),
        ("\npassages = 3", "2: passages must be a table, as in [passages]."),
        ("[passages]\nwords = 5", "2: passages.words must be a whole number from 20 to 1000, not 5."),
        ("[passages]\nwords = 1e2", "2: passages.words must be a whole number from 20 to 1000, not 100.0."),
        ("[passages]\nread = true", "2: passages.read must be a whole number from 1 to 100, not true."),
        ("passages.words = 9", "1: passages.words must be a whole number from 20 to 1000, not 9."),
        ("passages = {read = 3, words = 9}", "1: passages.words must be a whole number from 20 to 1000, not 9."),
        ("[passages]\noverlap = 100", "2: passages.overlap (100) must be less than passages.words (100)."),
        ("[passages]\nwords = 25", "2: passages.overlap (30) must be less than passages.words (25)."),
        ("[reader]\nnull_threshold = nan", "2: reader.null_threshold must be a number from -100 to 100, not nan."),
        ("[reader]\nnull_threshold = '1'", "2: reader.null_threshold must be a number from -100 to 100, not “1”."),
        ("theme = [\n 1,\n 2,\n]\n", "1: theme must be a text in quotes, not a list."),
        ("theme = ''", "1: theme must be a text in quotes, not “”."),
        ("[folders]\ndata = 3", "2: folders.data must be a folder's path in quotes, not 3."),
        ("[folders]\ndata = '~nosuch/x'", "2: folders.data: there is no home folder for “~nosuch/x”."),
        ("[keys]\nfind = 3", '2: keys.find must be keys in quotes, as in "ctrl+f,f3", not 3.'),
        ("[keys]\nfind = 'ctrl-f'", "2: there is no key “ctrl-f”; keys are named like ctrl+f, f3, slash or G."),
        ("[keys]\nfind = ''", "2: there is no key “”; keys are named like ctrl+f, f3, slash or G."),
        ("a =\n", "1: invalid value."),
        ("theme = 'a'\ntheme = 'b'", "2: cannot overwrite a value."),
        ("[passages", "1: expected ']' at the end of a table declaration."),
        ("theme = " + "[" * 9999, "1: too many brackets inside brackets."),
        ("theme = \"\"\"\n\n", "1: unterminated string."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    assert wrong(text) == said


def test_actions_and_themes_are_checked_where_they_are_known() -> None:
    assert wrong("[keys]\n\nfnid = 'f3'", actions=ACTIONS) == (
        "3: there is no action in [keys] “fnid”; the nearest is find."
    )
    assert wrong("theme = 'Nrod'", themes=["nord"]) == (
        "1: there is no theme “Nrod”; the nearest is nord."
    )


TYPING = ", which is needed for typing."
ANOTHER = "; give one of them another key."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("why='f4'\nfind='f4'", "3: find can't have f4, which is why's" + ANOTHER),
        ("why='f9'\nfind='f8, f9'", "3: find can't have f9, which is why's" + ANOTHER),
        ("find='ctrl+n'", "2: find can't have ctrl+n, which is runner_up's" + ANOTHER),
        ("find='ctrl+shift+a'\nwhy='shift+ctrl+a'", "3: why can't have shift+ctrl+a, which is find's" + ANOTHER),
        ("chat_why='f1'", "2: chat_why can't have f1, which is help's" + ANOTHER),
        ("find='home'", "2: find can't have home, which is chat_first's" + ANOTHER),
        ("chat_why='g'", "2: chat_why can't have g, which is chat_first's" + ANOTHER),
        ("find='a'", "2: find can't have a" + TYPING),
        ("find='slash'", "2: find can't have slash" + TYPING),
        ("quit='enter'", "2: quit can't have enter" + TYPING),
        ("quit='backspace'", "2: quit can't have backspace" + TYPING),
        ("quit='left'", "2: quit can't have left" + TYPING),
        ("earlier='space'", "2: earlier can't have space" + TYPING),
    ],
)  # fmt: skip
def test_a_key_does_one_thing_and_leaves_typing_alone(text: str, said: str) -> None:
    assert wrong(f"[keys]\n{text}", actions=ACTIONS) == said


def test_keys_may_be_swapped_and_be_the_same_in_different_places() -> None:
    text = "[keys]\nfind='ctrl+n'\nrunner_up='ctrl+f'\nchat_why='n'\nearlier='alt+up,ctrl+e'"
    assert len(config.parse(text, PATH, ACTIONS).keys) == 4


def test_the_keys_that_come_with_storychat_are_their_own() -> None:
    pytest.importorskip("textual")
    from tui.settings import own_keys

    for place, keys in own_keys().items():
        for action, own in keys.items():
            assert config.parse(f"keys.{action} = '{own}'", PATH, own_keys()).keys, place


def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=r"bad.toml is not UTF-8 text\."):
        config.load(tmp_path / "bad.toml")
    with pytest.raises(ConfigError, match=r"can't be read: is a directory\."):
        config.load(tmp_path)


def test_a_line_is_found_past_strings_that_look_like_it() -> None:
    text = 'theme = """\n[passages]\nwords = 3\n"""\n# words = 4\n[passages]\n\nwords = 5 \n'
    assert config_lines.lines_of(text, ["passages", "words"]) == (8, 8)
    assert config_lines.lines_of(text, ["theme"]) == (1, 4)


def test_the_defaults_are_all_comments_with_every_action() -> None:
    text = config_text.render(Config(), {"find": ("ctrl+f", "Find in the story")})
    assert '# find = "ctrl+f"  # Find in the story\n' in text
    assert "# words = 100\n" in text
    assert tomllib.loads(text) == {"keys": {}, "passages": {}, "reader": {}, "folders": {}}
    for one in config.SETTINGS:
        assert f"# {one.name} = " in text


def test_taking_the_marks_away_leaves_the_configuration_as_it_was() -> None:
    text = config_text.render(Config(null_threshold=0.0))
    shown = [line.removeprefix("# ") if " = " in line else line for line in text.split("\n")]
    assert config.parse("\n".join(shown), PATH) == Config(null_threshold=0.0)


configs = st.builds(
    Config,
    theme=st.text(st.characters(exclude_characters="\0")).filter(str.strip),
    keys=st.dictionaries(st.text(max_size=9), st.sampled_from(["ctrl+f,f3", "slash", "G"])),
    passage_words=st.integers(200, 1000),
    passage_overlap=st.integers(0, 199),
    passages_read=st.integers(1, 100),
    null_threshold=st.none() | st.floats(-100, 100),
    data_folder=st.text(st.characters(exclude_characters="\0", codec="utf-8")).map(
        lambda name: Path("/data") / name
    ),
)


@settings(deadline=None)
@given(configs)
def test_what_is_printed_loads_as_the_same_configuration(made: Config) -> None:
    try:
        made.theme.encode(), [key.encode() for key in made.keys]
    except UnicodeEncodeError:
        return
    text = config_text.render(made)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text(text, encoding="utf-8", newline="")
        assert config.load(path) == made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'theme = "b"\n'),
        (WHOLE, WHOLE.replace("nord", "b")),
        ("# mine\n\n[keys]\nfind = 'f3'", "# mine\n\ntheme = \"b\"\n[keys]\nfind = 'f3'"),
        ("# mine", '# mine\ntheme = "b"\n'),
        ("# mine\r\n'theme' = 'a' # why\r\n[keys]\r\n", '# mine\r\ntheme = "b"\n[keys]\r\n'),
        ("[keys]\n# theme = 3\n", 'theme = "b"\n[keys]\n# theme = 3\n'),
    ],
)
def test_setting_the_theme_changes_nothing_else(before: str, after: str) -> None:
    assert config_text.with_theme(before, "b") == after


def test_the_theme_lasts(tmp_path: Path) -> None:
    path = tmp_path / "storychat" / "config.toml"
    config_text.save_theme("nord", path)
    config_text.save_theme("dracula", path)
    assert path.read_text() == 'theme = "dracula"\n'
    path.write_text(config_text.render(Config()))
    config_text.save_theme("nord", path)
    assert config.load(path) == Config(theme="nord")
    assert len(path.read_text().split("\n")) == len(config_text.render(Config()).split("\n"))


def test_a_broken_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("theme = ")
    with pytest.raises(ConfigError, match="line 1: invalid value"):
        config_text.save_theme("nord", path)
    assert path.read_text() == "theme = "


def test_keys_have_the_names_the_terminal_library_gives_them() -> None:
    keys = pytest.importorskip("textual.keys")
    for character in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~":
        assert not unknown_key(keys._character_to_key(character)), character
    for name in ("ctrl+f", "shift+f3", "alt+up", "G", "1", "space", "ctrl+shift+home", "f12"):
        assert not unknown_key(name), name
    for name in ("", "ctrl-f", "cntrl+f", "ctrl+", "return", "/", "f99", "page_up"):
        assert unknown_key(name), name
