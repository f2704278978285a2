"""The command: what it prints where, and how it exits."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from chat_fakes import FakeLoad

from tui.app import StorychatApp
from tui.cli import main

HEAVY = ("torch", "transformers", "sentence_transformers", "faiss", "numpy", "bm25s")


@pytest.fixture
def tale(tmp_path: Path) -> str:
    path = tmp_path / "tale.txt"
    path.write_text("Once there was a fox. The fox lived in a wood. A wolf came at night.")
    return str(path)


def test_the_answer_with_its_sentence_and_place(
    load: FakeLoad, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "who docked the Soyuz manually? Shkaplerov"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "Shkaplerov"
    assert "«Shkaplerov»" in out
    assert "passage 1 of 7" in out and "into the story, line 3" in out
    assert "almost certain (90 %)" in out
    assert err == ""


def test_not_in_the_story(load: FakeLoad, tale: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "where is the bear?", tale]) == 1
    out, _ = capsys.readouterr()
    assert out.startswith("The story doesn't say.\n")
    assert "The nearest passage (passage 1 of 1, 0 % into the story, line 1)" in out


def test_json_is_one_object_a_question(
    load: FakeLoad, tale: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "-q", "a fox", "-q", "a bear", "--json", "--top", "3", tale]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["answer"] for line in lines] == ["fox", None]
    assert lines[0]["story"] == "tale" and lines[0]["start"] == 17
    assert len(lines[0]["candidates"]) == 2


def test_questions_from_standard_input(
    load: FakeLoad,
    tale: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for said in (b"a fox\n\na wolf\n", b"caf\xe9 fox\n\ncaf\xe9 wolf\n"):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(said), "utf-8"))
        assert main(["ask", "-", tale, "--json"]) == 0
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        asked = said.decode("latin-1").split()
        assert [line["question"].split() for line in lines] == [asked[:2], asked[2:]]


def test_a_story_from_standard_input(
    load: FakeLoad, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"A hen sat on a wall.")))
    assert main(["ask", "where? wall", "-"]) == 0
    assert capsys.readouterr().out.startswith("wall\n")


@pytest.mark.parametrize("argv", [["ask", "-"], ["ask", "where? wall", "-"], ["index", "-"], ["-"]])
def test_closed_standard_input_is_one_sentence(
    argv: list[str],
    load: FakeLoad,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert main(argv) == 2
    assert capsys.readouterr().err == "storychat: Standard input is closed.\n"


def test_json_of_a_file_whose_name_is_not_utf8(
    load: FakeLoad, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    name = os.fsdecode(os.fsencode(tmp_path / "caf") + b"\xe9.txt")
    Path(name).write_text("A fox.")
    assert main(["ask", "a fox", name, "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["source"].endswith("caf?.txt")


def test_the_best_of_several_stories_says_which(
    load: FakeLoad, tale: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("A bear slept.")
    assert main(["ask", "the bear", tale, str(other)]) == 0
    out, _ = capsys.readouterr()
    assert out.startswith("bear\n") and out.rstrip().endswith("· other")


def test_a_damaged_cache_is_said_to_have_been_made_anew(
    load: FakeLoad, tale: str, capsys: pytest.CaptureFixture[str]
) -> None:
    load.pipeline.rebuilt = True
    said = "storychat: What was saved of tale was damaged; it has been read again.\n"
    for command in (["ask", "fox", tale], ["index", tale]):
        assert main(command) == 0
        assert capsys.readouterr().err == said


def test_answers_that_could_not_be_kept_are_said_at_the_end(
    tale: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(app: StorychatApp) -> None:
        app.unsaved = "The chat can't be saved: no space left."

    monkeypatch.setattr(StorychatApp, "run", run)
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(getattr(sys, name), "isatty", lambda: True)
    assert main([tale]) == 2
    said = "storychat: The chat can't be saved: no space left. The answers since then are lost.\n"
    assert capsys.readouterr().err.endswith(said)


def test_runners_up_and_timings(
    load: FakeLoad, tale: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "fox", tale, "--top", "5", "--timings"]) == 0
    out, err = capsys.readouterr()
    assert "  2. fox" in out and "3." not in out
    assert "retrieve 1 ms · read 2 ms · total 3 ms" in err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["ask"], "There is no question"),
        (["ask", "x", "nowhere.txt"], "There is no file nowhere.txt."),
        (["ask", "x", "."], "is a folder"),
        (["ask", "-", "-"], "can't hold both"),
        (["ask", "--top", "many", "x"], "not a number from 0 to 50"),
        (["ask", " ".join(["word"] * 5000)], "too long (5,000 words); 100 words at most."),
        (["ask", "boom"], "unexpected RuntimeError: the reader fell over"),
        (["--nonsense"], "Unrecognized arguments: --nonsense"),
        (["nowhere.txt"], "There is no file nowhere.txt."),
        (["\x1b[31mred.txt"], "There is no file red.txt."),
        (["-", "-"], "holds one story"),
        ([], "The chat needs a terminal"),
        (["index"], "required: FILE"),
    ],
)
def test_bad_input_is_one_sentence(
    argv: list[str],
    said: str,
    load: FakeLoad,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"what?\n")))
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.startswith("storychat: ") and err.count("\n") == 1 and "\x1b" not in err


def test_a_file_in_the_place_of_the_question(
    load: FakeLoad, tale: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", tale]) == 2
    assert "is a file; put the question before it" in capsys.readouterr().err


def test_interrupted(
    load: FakeLoad, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load.error = KeyboardInterrupt()  # type: ignore[assignment]
    assert main(["ask", "x"]) == 130
    assert capsys.readouterr().err == "storychat: interrupted.\n"


def test_index_says_how_many_passages(
    load: FakeLoad, tale: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["index", tale]) == 0
    assert capsys.readouterr().out == "tale: 1 passage\n"


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([flag]) == 0
    assert "storychat" in capsys.readouterr().out


def _imported(code: str) -> set[str]:
    """The top-level modules that a fresh Python has after running the code."""
    code += "\nimport sys; print('MODULES', *sorted({name.split('.')[0] for name in sys.modules}))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ran.stdout.rpartition("MODULES")[2].split())


def test_help_imports_nothing_heavy() -> None:
    modules = _imported("from tui.cli import main; main(['--help']); main(['ask', '--help'])")
    assert not modules & {*HEAVY, "textual", "rich"}


def test_the_first_frame_imports_nothing_heavy() -> None:
    modules = _imported(
        """
import asyncio, sys
from index.documents import bundled
from tui.app import StorychatApp
from tui.engine import Engine

async def frame():
    Engine.start = lambda self: None
    app = StorychatApp([bundled()])
    async with app.run_test() as pilot:
        await pilot.pause()
asyncio.run(frame())
"""
    )
    assert "textual" in modules
    assert not modules & set(HEAVY)


def test_config_prints_what_is_in_force(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["config"]) == 0
    out, _ = capsys.readouterr()
    assert 'theme = "lamp"' in out and '# find = "ctrl+f"  # Find in the story' in out
    assert main(["config", "--path"]) == 0
    path = Path(capsys.readouterr().out.strip())
    path.parent.mkdir(parents=True)
    path.write_text('theme = "lamp"\n[keys]\nfnd = "ctrl+g"\n')
    assert main(["config"]) == 2
    assert "line 3" in capsys.readouterr().err


def test_a_web_page_is_a_story(
    load: FakeLoad, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>Of foxes</title><p>A fox &amp; a hen.</p><script>wolf()</script>")
    assert main(["ask", "fox", str(page)]) == 0
    assert "«fox» & a hen." in capsys.readouterr().out
    assert main(["ask", "wolf", str(page)]) == 1
