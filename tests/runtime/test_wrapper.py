"""The wrapper runs where dure does not: an old Python, nothing but the standard library."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dure.runtime import wrapper

SOURCE = Path(wrapper.__file__).read_text(encoding="utf-8")
PYTHONS = sorted({sys.executable, *filter(None, os.environ.get("DURE_TEST_PYTHONS", "").split(":"))})
"""This one, and those that somebody names in DURE_TEST_PYTHONS, from 3.6 on."""


@pytest.mark.parametrize("python", PYTHONS)
def test_it_runs_with_every_python_there_is(python: str, tmp_path: Path) -> None:
    order = {
        "ranks": [
            {"argv": ["sh", "-c", "echo $GREETING; (setsid sleep 1000 &); exit 7"], "env": {"GREETING": "안녕", "PATH": "/usr/bin:/bin"}}
        ],
        "folder": str(tmp_path),
        "limits": {"files": 64},
        "limit_s": 60,
        "grace_s": 1,
        "beat_s": 1,
    }
    (tmp_path / "attempt.json").write_text(json.dumps(order))
    command = [python, "-I", "-S", wrapper.__file__, str(tmp_path)]
    done = subprocess.run(command, env={"LANG": "C.UTF-8"}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    end = json.loads((tmp_path / "end.json").read_text())
    assert (end["outcome"], end["code"], end["signal"]) == ("FAILED", 7, 0)
    assert (tmp_path / "log").read_text() == "안녕\n"
    again = subprocess.run(command, env={}, check=False)
    assert again.returncode == 3, "it has been here"


def ran(folder: Path, run: str, **more: object) -> dict[str, object]:
    environment = {"PATH": "/usr/bin:/bin"}
    order = {"ranks": [{"argv": ["sh", "-c", run], "env": environment}], "folder": str(folder), "limits": {}, "grace_s": 1, "beat_s": 1}
    (folder / "attempt.json").write_text(json.dumps(order | more))
    subprocess.run([sys.executable, "-I", "-S", wrapper.__file__, str(folder)], env={}, check=True)
    found: dict[str, object] = json.loads((folder / "end.json").read_text())
    return found


def test_a_file_grows_no_larger_than_its_limit(tmp_path: Path) -> None:
    end = ran(tmp_path, "head -c 20000 /dev/zero > big; echo $? > code", limits={"file_bytes": 8_192})
    assert (tmp_path / "big").stat().st_size == 8_192
    assert (tmp_path / "code").read_text() != "0\n"
    assert end["outcome"] == "COMPLETED"


def test_a_log_without_an_end_ends_its_job(tmp_path: Path) -> None:
    end = ran(tmp_path, "head -c 5000 /dev/zero | tr '\\0' x; exec sleep 1000", log_bytes=4_096)
    assert end["outcome"] == "FAILED"
    assert "log larger than 4096 bytes: asked to end by" in (tmp_path / "log").read_text()


def test_python_3_6_understands_it() -> None:
    ast.parse(SOURCE, feature_version=(3, 6))


def test_it_imports_the_standard_library_alone() -> None:
    found = {alias.name for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Import) for alias in node.names}
    found |= {str(node.module) for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.ImportFrom)}
    assert len(found) > 5
    assert found <= set(sys.stdlib_module_names)
    assert not [name for name in found if name.startswith("dure")]


def test_a_folder_that_was_deleted_holds_nobody(tmp_path: Path) -> None:
    """Its program goes on to its end; then the wrapper goes too, instead of trying for ever to write."""
    place = tmp_path / "attempt"
    place.mkdir()
    rank = {"argv": ["rm", "-rf", str(place)], "env": {"PATH": "/usr/bin:/bin"}}
    (place / "attempt.json").write_text(json.dumps({"ranks": [rank], "folder": "/", "limits": {}}))
    assert subprocess.run([sys.executable, "-I", "-S", wrapper.__file__, str(place)], env={}, timeout=60, check=False).returncode == 5
