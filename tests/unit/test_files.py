"""Files written whole or not at all."""

import os
from pathlib import Path

import pytest

from eval.files import OutputError, check_writable, write_text
from index import files


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.txt"
    files.write_whole(path, "one\r\n")
    path.chmod(0o600)
    files.write_whole(path, "two\n")
    assert path.read_bytes() == b"two\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    files.write_whole(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "text"


def test_a_failure_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.txt"
    path.write_text("before")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write_whole(path, "after")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_that_is_too_long_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="name too long"):
        write_text(tmp_path / ("x" * 300), "text")


def test_a_file_in_a_folder_that_may_not_be_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", closed)
    monkeypatch.setattr("tempfile.TemporaryFile", closed)
    with pytest.raises(OutputError, match="permission denied"):
        check_writable(tmp_path / "out.json")


def test_a_link_is_as_writable_as_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "gone" / "real")
    with pytest.raises(OutputError, match="no such file"):
        check_writable(tmp_path / "link")
    (tmp_path / "gone").mkdir()
    check_writable(tmp_path / "link")
