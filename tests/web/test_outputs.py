"""What a job left is handed out; what lies beside it never is."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from dure.adapters.engines import local_outputs
from dure.adapters.engines.local_outputs import LocalOutputs
from dure.adapters.store.blobs import Blobs
from dure.model.errors import StoreError
from dure.model.work import JobState
from dure.web.app import create_app
from tests.web.conftest import token
from tests.web.fakes import House, row, run

KEY = "e0.7.0"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    work = tmp_path / "site" / "done" / KEY / "work"
    (work / "out" / "deep").mkdir(parents=True)
    (work / "out" / "a.txt").write_bytes(b"a" * 10)
    (work / "out" / "deep" / "b.txt").write_bytes(b"b")
    (work / "other.txt").write_text("not named")
    (tmp_path / "secret").write_text("secret")
    os.symlink(tmp_path / "secret", work / "out" / "link")
    os.symlink(tmp_path, work / "out" / "folder")
    os.symlink("/etc/passwd", work / "passwd")
    os.mkfifo(work / "out" / "pipe")
    return tmp_path / "site"


def test_links_and_pipes_are_passed_over(site: Path) -> None:
    outputs = LocalOutputs(site)
    assert outputs.outputs(KEY, ["out/", "passwd", "missing"]) == ([("out/a.txt", 10), ("out/deep/b.txt", 1)], False)
    assert outputs.outputs("no-such-key", ["out"]).files == []
    assert outputs.outputs("../x", ["out"]).files == []
    for path in ("out/link", "out/folder/secret", "passwd", "out/pipe", "out", "../../../../secret", "/etc/passwd", "out/../other.txt", ""):
        assert outputs.read(KEY, path) is None, path
    there = outputs.read(KEY, "out/deep/b.txt")
    assert there is not None
    with open(there, "rb") as file:
        assert file.read() == b"b"


NAMES = (b"caf\xe9", b"\xff", b"new\nline", b"\x1b[2J", b"back\\slash", b"\\xff", "가".encode(), b"50%", b"a?b#c")


def test_whatever_a_file_is_called_it_is_listed_and_fetched(home: House, site: Path) -> None:
    folder = os.fsencode(site / "done" / KEY / "work" / "names")
    os.mkdir(folder)
    for name in NAMES:
        with open(os.path.join(folder, name), "wb") as file:
            file.write(name)
    services = replace(home.services, outputs={"gwangju": LocalOutputs(site)})
    home.rows.rows[7] = row(7, "seven", state=JobState.COMPLETED, spec={"outputs": ["./names/"]})
    home.rows.runs[7] = [run(0, KEY)]
    with TestClient(create_app(services)) as client:
        listed = client.get("/api/v1/jobs/j7/outputs", headers=token("alice")).json()["outputs"]
        fetched = [client.get(f"/api/v1/jobs/j7/outputs/{quote(one['path'])}", headers=token("alice")).content for one in listed]
    assert sorted(fetched) == sorted(NAMES)
    paths = [one["path"] for one in listed]
    assert all(path.isprintable() for path in paths)
    assert {"names/caf\\xe9", "names/\\x1b[2J", "names/\\xff", "names/\\\\xff", "names/가"} <= set(paths)
    assert LocalOutputs(site).read(KEY, "names\\x2f..\\x2fother.txt") is None, "no step hides in another"


def test_however_deep_and_many_they_are_the_answer_is_bounded(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = site / "done" / KEY / "work"
    here = os.open(work, os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("d", dir_fd=here)
        here, above = os.open("d", os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(here)
    outputs = LocalOutputs(site)
    assert outputs.outputs(KEY, ["d"]) == ([], True)
    whole = outputs.outputs(KEY, ["."])
    assert ([one.path for one in whole.files], whole.more) == (["other.txt", "out/a.txt", "out/deep/b.txt"], True)
    monkeypatch.setattr(local_outputs, "FILES_MOST", 1)
    assert outputs.outputs(KEY, ["out"]) == ([("out/a.txt", 10)], True)
    monkeypatch.setattr(local_outputs, "LOOKED_MOST", 2)
    assert outputs.outputs(KEY, ["out"]).more
    subprocess.run(["rm", "-rf", str(work / "d")], check=True)


def test_only_what_the_spec_names_is_fetched(home: House, site: Path) -> None:
    services = replace(home.services, outputs={"gwangju": LocalOutputs(site)})
    home.rows.rows[7] = row(7, "seven", state=JobState.COMPLETED, spec={"outputs": ["out/"]})
    home.rows.runs[7] = [run(0, KEY)]
    with TestClient(create_app(services)) as client:
        listed = client.get("/api/v1/jobs/j7/outputs", headers=token("alice")).json()["outputs"]
        assert [one["path"] for one in listed] == ["out/a.txt", "out/deep/b.txt"]
        assert client.get("/api/v1/jobs/j7/outputs/out/a.txt", headers=token("alice")).content == b"a" * 10
        for path in (
            "other.txt",
            "out/link",
            "out/folder/secret",
            "out/%2e%2e/other.txt",
            "%2e%2e/fence",
            "out%2f..%2f..%2fsecret",
            "outside",
            "a%00b",
        ):
            assert client.get(f"/api/v1/jobs/j7/outputs/{path}", headers=token("alice")).status_code == 404, path
        assert client.get("/api/v1/jobs/j7/outputs", headers=token("bob")).status_code == 403


def test_a_blob_is_what_its_name_says(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    digest = blobs.put(b"content")
    assert blobs.put(b"content") == digest
    assert (blobs.get(digest), blobs.has(digest), blobs.size(digest)) == (b"content", True, 7)
    assert [path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == [digest]
    (tmp_path / "blobs" / digest[:2] / digest).write_bytes(b"changed")
    for name in (digest, "0" * 64, "../../etc/passwd", digest.upper()):
        with pytest.raises(StoreError):
            blobs.get(name)
    assert (blobs.size("x"), blobs.size("../" + digest[3:]), blobs.has("../" + digest[3:])) == (None, None, False)
