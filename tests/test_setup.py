"""Set-up says what is missing before it fetches anything, and the locks hold what pyproject.toml asks for, without an address."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
TOOLS = ("sh", "cat", "sed", "grep", "cksum", "date", "dirname", "printf", "head", "rm")


def _entries(lock: str) -> dict[str, str]:
    """Package → version and hashes, as pip would read them."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {line.split("==")[0]: line.split("==", 1)[1] for line in lines}


def _versions(lock: str) -> dict[str, str]:
    return {name: rest.split()[0] for name, rest in _entries(lock).items()}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_is_names_versions_and_hashes_only(lock: str) -> None:
    for name, rest in _entries(lock).items():
        assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*", name)
        assert re.fullmatch(r"[\w.+-]+( ; [^;]*?)?( +--hash=sha256:[0-9a-f]{64})+ *", rest), name
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.search(r"https?:|file:|@ |index", text) is None
    assert re.match(r"# megabytes to download: \d+\n", text)


def test_checks_run_with_the_versions_that_dure_runs_with() -> None:
    run, dev = _versions(LOCKS[0]), _versions(LOCKS[1])
    assert {name: dev.get(name) for name in run} == run


def test_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(asked: list[str]) -> set[str]:
        return {re.match(r"[\w.-]+", one)[0].lower().replace("_", "-") for one in asked}  # type: ignore[index]

    assert names(project["dependencies"]) - set(_versions(LOCKS[0])) == set()
    assert names(project["optional-dependencies"]["dev"]) - set(_versions(LOCKS[1])) == set()


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A copy of what set-up reads, in a folder with a blank in its name, and a PATH without any Python."""
    folder = tmp_path / "a clone"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "setup.sh", folder / "scripts")
    for name in (*LOCKS, "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (tmp_path / "bin" / tool).symlink_to(found)
    return folder


def _setup(folder: Path, lang: str = "C") -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(folder.parent / "bin"), "LANG": lang}
    return subprocess.run(
        ["sh", "scripts/setup.sh", "run"], cwd=folder, env=env, capture_output=True, text=True, check=False, encoding="utf-8"
    )


def _fake_python(folder: Path, name: str, body: str) -> None:
    path = folder.parent / "bin" / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def test_without_python_it_says_which_to_install(bare: Path) -> None:
    done = _setup(bare)
    assert done.returncode == 1
    assert re.match(r"dure \d+\.\d+   first run only: \d+ packages, about \d+ MB … ", done.stdout)
    assert "needs Python 3.11 or later" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_an_older_python_is_not_taken(bare: Path) -> None:
    _fake_python(bare, "python3", "exit 1")
    assert "needs Python 3.11 or later" in _setup(bare).stderr


def test_without_venv_it_names_the_package(bare: Path) -> None:
    _fake_python(bare, "python3.12", 'case "$*" in *ensurepip*) exit 1;; *print*) echo 3.12;; esac')
    done = _setup(bare)
    assert done.returncode == 1
    assert "python3.12 (Python 3.12) comes without venv" in done.stderr
    assert "apt-get install python3.12-venv" in done.stderr


def test_it_speaks_korean_under_a_korean_locale(bare: Path) -> None:
    assert re.match(r"dure \d+\.\d+   첫 실행에만: 패키지 \d+개, 약 \d+ MB … ", _setup(bare, "ko_KR.UTF-8").stdout)
