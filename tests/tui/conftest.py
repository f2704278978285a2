"""Fixtures: the fake pipeline in place of the real one, folders of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chat_fakes import FakeLoad


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read from or written to the folders of whoever runs the tests."""
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    for name in ("NO_COLOR", "STORYCHAT_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeLoad]:
    """The fake in place of qa.pipeline.load, let go unless a test holds it back."""
    fake = FakeLoad()
    fake.may_load.set()
    monkeypatch.setattr("qa.pipeline.load", fake)
    monkeypatch.setattr("qa.starters.propose", lambda document: fake.starters)
    monkeypatch.setattr(
        "qa.starters.confident",
        lambda pipeline, story, questions: [
            question for question in questions if pipeline.ask(story, question).best
        ],
    )
    yield fake
    fake.let_go()
