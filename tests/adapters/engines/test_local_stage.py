"""What comes before a program at a local site: copies of data sets that nobody can change, environments, containers, and when they fail."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dure.adapters.data_packing import Laid, lay_out
from dure.adapters.engines.local import LocalSite
from dure.adapters.engines.local_folder import Folder
from dure.adapters.engines.local_means import Means, copies_of, tidy
from dure.adapters.store.blobs import Blobs
from dure.ledger.attempts import JOB_ERROR, OVERHEAD
from dure.model.events import Kind, Outcome
from dure.operate.ports import Answer, DataUse, Limits, Program, Refusal, Setup
from dure.runtime import stage
from tests.adapters.engines.rigs import LocalRig, new_site, told

NOTHING = Setup()
PAGES = {"a.txt": b"first\n", "deep/er/b.bin": bytes(range(256)) * 40_000, "empty": b""}


class Stage(LocalRig):
    """A site with contents of data sets beside it."""

    def having(self, **more: object) -> Stage:
        means = Means(contents=str(self.home.parent / "contents"), **more)  # type: ignore[arg-type]
        self.engine = LocalSite(self.home, new_site(self.home)._nodes, python=sys.executable, means=means)
        return self

    def does(self, key: str, script: str, *uses: DataUse, setup: Setup = NOTHING, files: dict[str, bytes] | None = None) -> str:
        program = Program(("sh", "-ec", script), data=uses, setup=setup, files=tuple((files or {}).items()), grace_s=1)
        assert self.run(key, program).answer == Answer.ACCEPTED
        self.ended(key)
        return self.log(key)

    def lost(self, key: str) -> dict[int, int]:
        return {fact.cause: fact.value for fact in told(self, key, Kind.LOST)}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "site").having()
    yield made
    made.close()


def put(folder: Path, pages: dict[str, bytes] = PAGES) -> tuple[Laid, DataUse]:
    """A data set as the service keeps it."""
    source = folder / "source"
    for name, content in pages.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(content)
    laid, blobs = lay_out([source]), Blobs(folder / "contents")
    assert blobs.put(laid.manifest) == laid.sha256
    assert {blobs.put(laid.piece(one)) for one in laid.pieces} == set(laid.pieces)
    return laid, DataUse("DURE_DATA_PAGES", "pages", laid.sha256, laid.size_bytes)


def test_a_data_set_is_copied_once_and_is_whole(site: Stage, tmp_path: Path) -> None:
    laid, use = put(tmp_path)
    assert (laid.files, laid.size_bytes) == (3, sum(map(len, PAGES.values())))
    assert len(laid.pieces) == 3  # 10,240,000 bytes are a piece of 8 MiB and a rest; the first lines are one; nothing is none
    said = site.does("dure-0-1", 'cd "$DURE_DATA_PAGES"; cat a.txt; sha256sum deep/er/b.bin; wc -c < empty', use)
    assert f"copies pages: {laid.size_bytes:,} bytes\nfirst\n" in said
    assert hashlib.sha256(PAGES["deep/er/b.bin"]).hexdigest() in said
    (copy,) = site.engine.copies()
    assert (copy.sha256, copy.size_bytes) == (laid.sha256, laid.size_bytes)
    assert copy.took_ms is not None
    root = Path(site.home / "data" / json.loads((site.home / "data" / f"{laid.sha256}.json").read_text())["folder"])
    modes = {stat.S_IMODE(one.stat().st_mode) for one in (root, *root.rglob("*"))}
    assert modes == {0o444, 0o555}
    assert "copies" not in site.does("dure-0-2", 'cat "$DURE_DATA_PAGES/a.txt"', use)


def test_what_a_job_writes_there_changes_nothing_for_others(site: Stage, tmp_path: Path) -> None:
    _, use = put(tmp_path)
    script = 'cd "$DURE_DATA_PAGES"; chmod -R u+w .; echo mine > a.txt; touch -d @0 a.txt; cat a.txt'
    assert "mine" in site.does("dure-0-1", script, use)
    said = site.does("dure-0-2", 'cat "$DURE_DATA_PAGES/a.txt"', use)
    assert "the copy of pages was changed; it is made anew" in said
    assert said.endswith("first\n")
    tidy(site.home, int(time.time()) + 10, [])
    assert copies_of(site.home) == []
    assert [one.name for one in (site.home / "data").iterdir() if one.is_dir()] == []


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_set_that_is_not_whole_fails_before_the_program(site: Stage, tmp_path: Path, harm: str) -> None:
    laid, use = put(tmp_path)
    name = next(iter(laid.pieces))
    piece = tmp_path / "contents" / name[:2] / name
    piece.unlink() if harm == "gone" else piece.write_bytes(b"something else")
    said = site.does("dure-0-1", "echo started", use)
    assert "stage-in failed: piece" in said
    assert harm in said
    assert "started" not in said
    assert told(site, "dure-0-1", Kind.ENDED)[0].cause == Outcome.FAILED
    assert JOB_ERROR not in site.lost("dure-0-1"), "what had to come first is overhead, not an error of the program"
    assert site.engine.copies() == []


def test_its_time_counts_from_where_everything_is_there(site: Stage, tmp_path: Path) -> None:
    _, use = put(tmp_path)
    site.having()
    (site.home / "data").mkdir(parents=True)
    lock = site.home / "data" / f"{use.sha256}.lock"
    with stage.locked(str(lock)):  # somebody else makes the copy
        program = Program(("sh", "-c", "echo $(( DURE_ENDS_AT - $(date +%s) )); sleep 1"), data=(use,), limits=Limits(time_s=2), grace_s=1)
        site.run("dure-0-1", program)
        started = site.until(lambda: bool(told(site, "dure-0-1", Kind.STARTED)))
        assert started is None
        site.past(told(site, "dure-0-1", Kind.STARTED)[0].at + 3)
        assert told(site, "dure-0-1", Kind.ENDED) == []
    end = site.ended("dure-0-1")
    assert end.cause == Outcome.COMPLETED
    assert site.log("dure-0-1").splitlines()[-1] in ("1", "2")
    lost = site.lost("dure-0-1")
    assert lost[OVERHEAD] >= 3
    start = told(site, "dure-0-1", Kind.STARTED)[0].at
    assert lost == {OVERHEAD: end.at - start - end.value}


def wheel(folder: Path, name: str, says: str) -> None:
    """A wheel made by hand: an archive of the module and of what says what it is."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as made:
        made.writestr(f"{name}.py", f"WORD = {says!r}\n")
        made.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        made.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(f"{info}/RECORD", "")


def test_a_pip_environment_is_made_once_without_a_network(site: Stage, tmp_path: Path) -> None:
    wheel(tmp_path / "wheels", "durepage", "seen")
    site.having(packages=str(tmp_path / "wheels"), kinds=frozenset({"pip"}))
    asked = {"setup": Setup("pip", "needs.txt"), "files": {"needs.txt": b"durepage==1.0\n"}}
    script = 'python -c "import durepage, sys; print(durepage.WORD, sys.prefix)"; echo $VIRTUAL_ENV'
    both = [Program(("sh", "-ec", script), setup=Setup("pip", "needs.txt"), files=(("needs.txt", b"durepage==1.0\n"),)) for _ in range(2)]
    for number, program in enumerate(both, 1):
        site.run(f"dure-0-{number}", program)
    logs = []
    for number in (1, 2):
        site.ended(f"dure-0-{number}")
        logs.append(site.log(f"dure-0-{number}"))
    assert all("seen " in one for one in logs), logs
    assert sum("makes the environment of needs.txt" in one for one in logs) == 1
    (made,) = [one for one in (site.home / "environments").iterdir() if one.is_dir()]
    assert all(one.splitlines()[-1] == str(made) for one in logs)
    failed = site.does("dure-0-3", "echo started", **asked | {"files": {"needs.txt": b"no-such-package==9\n"}})  # type: ignore[arg-type]
    assert "No matching distribution found for no-such-package==9" in failed, "its own words"
    assert "stage-in failed: the environment of needs.txt could not be made" in failed
    assert "started" not in failed
    assert len([one for one in (site.home / "environments").iterdir() if one.is_dir()]) == 1


def test_an_environment_that_the_site_names(site: Stage, tmp_path: Path) -> None:
    (tmp_path / "env" / "bin").mkdir(parents=True)
    tool = tmp_path / "env" / "bin" / "trains"
    tool.write_text("#!/bin/sh\necho trained in $VIRTUAL_ENV\n")
    tool.chmod(0o755)
    assert site.does("dure-0-1", "trains", setup=Setup("given", str(tmp_path / "env"))) == f"trained in {tmp_path}/env\n"
    gone = site.does("dure-0-2", "trains", setup=Setup("given", str(tmp_path / "nothing")))
    assert "stage-in failed: the environment that the site names is not there" in gone


def test_a_container_runtime_gets_the_folder_the_data_and_the_program(site: Stage, tmp_path: Path) -> None:
    """By a stand-in for the runtime that says how it was called: what a real one does with it is not tested here."""
    _, use = put(tmp_path)
    runtime = tmp_path / "apptainer"
    runtime.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    runtime.chmod(0o755)
    site.having(kinds=frozenset({"image"}), tools={"image": str(runtime)})
    said = site.does("dure-0-1", "echo inside", use, setup=Setup("image", "docker.io/library/python:3.12"))
    work = site.home / "open" / "dure-0-1" / "work"
    words = [line for line in said.splitlines() if not line.startswith("dure: ")]
    assert words[0] == "exec"
    assert words[1:2] == ["--nv"], "the rig's devices are of the stack cuda"
    assert words[-5:] == [str(work), "docker://docker.io/library/python:3.12", "sh", "-ec", "echo inside"]
    copy = next(word for word in words if word.endswith(":ro"))
    assert str(site.home / "data") in copy
    podman = stage.contained(
        {"tool": "/usr/bin/podman", "attempt": "/a", "work": "/a/work", "image": "x:1"},
        {"DURE_JOB": "1", "PATH": "/bin"},
        ["run.sh"],
        ["/d"],
    )
    assert podman[:3] == ["/usr/bin/podman", "run", "--rm"]
    assert podman[-4:] == ["--env", "DURE_JOB", "x:1", "run.sh"]
    assert "/d:/d:ro" in podman


@pytest.mark.parametrize("kind", ["pip", "conda", "image"])
def test_a_site_without_the_means_refuses(site: Stage, kind: str) -> None:
    receipt = site.run("dure-0-1", Program(("true",), setup=Setup(kind, "x")))
    assert (receipt.answer, receipt.reason, receipt.detail) == (Answer.REFUSED, Refusal.BAD_PROGRAM, f"no means for {kind} here")


def test_a_shell_sees_what_the_program_sees(site: Stage, tmp_path: Path) -> None:
    _, use = put(tmp_path)
    site.run("dure-0-1", Program(("sh", "-c", "echo ready; while [ ! -e go ]; do sleep 0.05; done"), data=(use,)))
    site.wrote("dure-0-1", "ready")
    folder = Folder(site.home / "open" / "dure-0-1")
    staged = folder.record("staged")
    assert staged is not None
    assert os.path.isfile(os.path.join(staged["DURE_DATA_PAGES"], "a.txt"))
    (folder.path / "work" / "go").touch()
    site.ended("dure-0-1")
