"""The wheel carries what the sources carry, and starts in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True, capture_output=True
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.system
def test_the_wheel_carries_every_tracked_file_of_the_package(wheel: Path, tracked_files: list[Path]) -> None:
    wanted = {path.relative_to("src").as_posix() for path in tracked_files if path.parts[:2] == ("src", "dure")}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert wanted - packed == set()
    assert [name for name in packed if not name.startswith("dure/")] == []
    assert {"dure/py.typed", "dure/catalog/accelerators.csv"} <= packed


@pytest.mark.system
def test_the_wheel_starts_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    """Without its dependencies: the version, and the catalogue as data of the package."""
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True, capture_output=True)
    subprocess.run([str(python), "-m", "pip", "install", "-q", "--no-index", "--no-deps", str(wheel)], check=True, capture_output=True)
    version = subprocess.run([str(python.parent / "dure"), "--version"], capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert version.startswith("dure ")
    read = (
        "from importlib.resources import files; print(files('dure').joinpath('catalog/accelerators.csv').read_text(encoding='utf-8')[:400])"
    )
    head = subprocess.run([str(python), "-c", read], capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert head.startswith("id,")
