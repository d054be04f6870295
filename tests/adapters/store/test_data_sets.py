"""Named data sets in the store: versions that never change, who may, how much, and what goes when nobody needs it."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from dure.adapters.data_packing import lay_out
from dure.adapters.store.data_files import UNNAMED_S, DataFiles, read_manifest
from dure.adapters.store.data_sets import DataSets
from dure.adapters.store.engine import connect
from dure.adapters.store.migrate import migrate
from dure.adapters.store.sql import Act, Inbox
from dure.model.datasets import CHUNK_BYTES, Copy, Link, link_of, variable_of
from dure.model.errors import InputError, LimitError, MissingError, PeopleError, RightError
from dure.model.people import Actor, Role, Scope

ALL = frozenset(Scope)
ANN = Actor(person=1, organisation=1, scopes=ALL, projects={1: Role.RESEARCHER})
LEAD = Actor(person=2, organisation=1, scopes=ALL, projects={1: Role.PRINCIPAL_INVESTIGATOR})
EVE = Actor(person=3, organisation=2, scopes=ALL, projects={2: Role.RESEARCHER})
OFFICER = Actor(person=4, organisation=3, scopes=ALL, roles=frozenset({Role.PROGRAMME_OFFICER}))
MOST = 1_000


@pytest.fixture
def store(tmp_path: Path) -> Engine:
    engine = connect(f"sqlite:///{tmp_path}/store.db")
    migrate(engine)
    return engine


@pytest.fixture
def sets(store: Engine) -> DataSets:
    return DataSets(store, Inbox(store))


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def put(sets: DataSets, content: str, actor: Actor = ANN, project: int | None = 1, version: str | None = None, **more: Any) -> int:
    known = {"name": "pages", "size_bytes": 400, "files": 1, "most_bytes": MOST, **more}
    key = f"{content}-{version}-{time.monotonic_ns()}"
    return sets.put(actor, key, 100, version=version, project=project, sha256=sha(content), **known)["data_set"]


def test_versions_count_and_never_change(sets: DataSets) -> None:
    first, second = put(sets, "a"), put(sets, "b")
    assert [sets.of(one).named for one in (first, second)] == ["pages@1", "pages@2"]
    assert put(sets, "b") == second, "the newest content again is that version"
    named = put(sets, "c", version="spring", size_bytes=100)
    assert sets.of(named).named == "pages@spring"
    assert put(sets, "c", version="spring", size_bytes=100) == named
    with pytest.raises(PeopleError, match="version spring of pages is there already and holds something else"):
        put(sets, "d", version="spring", size_bytes=1)
    found = sets.find("pages", None, 1)
    assert found is not None
    assert found.version == "spring"
    old = sets.find("pages", "1", 1)
    assert old is not None
    assert old.sha256 == sha("a")


def test_a_projects_set_goes_before_everybodys(sets: DataSets) -> None:
    public = put(sets, "p", OFFICER, None)
    assert [one.id for one in sets.seen(EVE)] == [public]
    mine = put(sets, "m")
    for project, wanted in ((1, mine), (2, public), (None, public)):
        found = sets.find("pages", None, project)
        assert found is not None
        assert found.id == wanted
    assert {one.id for one in sets.seen(ANN)} == {public, mine}
    assert {one.id for one in sets.seen(OFFICER)} == {public, mine}
    assert sets.find("other", None, 1) is None


def test_rights(sets: DataSets) -> None:
    number = put(sets, "a")
    with pytest.raises(RightError):
        put(sets, "x", EVE, 1)
    with pytest.raises(RightError):
        put(sets, "x", ANN, None)
    with pytest.raises(MissingError):
        sets.remove(EVE, "k1", 5, number)
    other = put(sets, "b", LEAD)
    with pytest.raises(RightError):
        sets.remove(ANN, "k2", 5, other)
    sets.remove(LEAD, "k3", 5, number)
    sets.remove(OFFICER, "k4", 5, other)
    assert sets.seen(ANN) == []
    assert sets.find("pages", None, 1) is None


def test_the_quota_counts_what_is_kept(sets: DataSets) -> None:
    first, _ = put(sets, "a"), put(sets, "b")
    assert sets.used_bytes(1) == 800
    with pytest.raises(LimitError, match="400 bytes more: the project's data sets hold 800 of 1,000 bytes"):
        put(sets, "c")
    put(sets, "c", EVE, 2)
    put(sets, "d", OFFICER, None, size_bytes=10**12)
    put(sets, "a", name="same")
    assert sets.used_bytes(1) == 800, "two names of one content hold it once"
    sets.remove(ANN, "k", 5, first)
    sets.remove(ANN, "k2", 5, max(one.id for one in sets.seen(ANN) if one.name == "same"))
    assert put(sets, "c")


def test_every_change_is_an_act(store: Engine, sets: DataSets) -> None:
    number = put(sets, "a")
    sets.remove(ANN, "k", 5, number)
    sets.remove(ANN, "k", 6, number)
    acts = [(one.act, one.actor, one.body["what"], one.body["data_set"]) for one in Inbox(store).read(0, 10)]
    assert acts[-2:] == [("note", "p1", "data put", 1), ("note", "p1", "data remove", 1)]


@pytest.mark.parametrize("name", ["", "1st", "a b", "../up", "한글", "a/b", "x" * 65])
def test_names_that_are_none(sets: DataSets, name: str) -> None:
    with pytest.raises(PeopleError, match="no name of a data set"):
        put(sets, "a", name=name)


def test_what_a_removed_set_held_goes_when_no_open_job_needs_it(store: Engine, sets: DataSets, tmp_path: Path) -> None:
    files, inbox = DataFiles(tmp_path / "data"), Inbox(store)
    keeps = {}
    for name in ("kept", "used", "gone"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_text(name)
        (tmp_path / name / "shared").write_text("shared")
        laid = lay_out([tmp_path / name])
        files.blobs.put(laid.manifest)
        for piece in laid.pieces:
            files.blobs.put(laid.piece(piece))
        keeps[name] = laid
    numbers = {
        name: sets.put(ANN, name, 1, name=name, version=None, project=1, sha256=laid.sha256, size_bytes=1, files=2, most_bytes=9)
        for name, laid in keeps.items()
    }
    inbox.put([Act("job", "submit", "p1", 1, {"spec": {}, "data": [{"sha256": keeps["used"].sha256}]})])
    for name in ("used", "gone"):
        sets.remove(ANN, f"r{name}", 5, numbers[name]["data_set"])
    assert sets.needed() == {keeps["kept"].sha256, keeps["used"].sha256}
    assert files.sweep(sets.needed()) == 0, "what came today may be of a set that is being put"
    assert files.sweep(sets.needed(), time.time() + UNNAMED_S + 5) == len(keeps["gone"].manifest) + len("gone")
    assert files.missing(files.manifest(keeps["used"].sha256)) == []
    assert files.missing(files.manifest(keeps["kept"].sha256)) == []
    assert not files.blobs.has(keeps["gone"].sha256)


PIECE = "ab" * 32
BAD: list[Any] = [
    [],
    {"form": 1, "files": []},
    {"form": 2, "files": [["a", 0, []]]},
    {"form": 1, "files": [["../a", 0, []]]},
    {"form": 1, "files": [["/a", 0, []]]},
    {"form": 1, "files": [["a", 1, []]]},
    {"form": 1, "files": [["a", 0, [PIECE]]]},
    {"form": 1, "files": [["a", -1, []]]},
    {"form": 1, "files": [["a", True, [PIECE]]]},
    {"form": 1, "files": [["a", 1, ["AB" * 32]]]},
    {"form": 1, "files": [["b", 0, []], ["a", 0, []]]},
    {"form": 1, "files": [["a", 0, []], ["a", 0, []]]},
    {"form": 1, "files": [["a", 0, []], ["a/b", 0, []]]},
    {"form": 1, "files": [["a", CHUNK_BYTES + 1, [PIECE]]]},
    {"form": 1, "files": [[1, 0, []]]},
    {"form": 1, "files": ["abc"]},
]


@pytest.mark.parametrize("text", BAD, ids=lambda one: json.dumps(one)[:60])
def test_what_is_no_manifest(text: Any) -> None:
    with pytest.raises(PeopleError, match="no manifest"):
        read_manifest(json.dumps(text).encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_a_manifest_or_are_refused(content: bytes) -> None:
    with pytest.raises(PeopleError):
        read_manifest(content)


def test_links_and_what_is_not_there_are_not_put(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "set").mkdir()
    with pytest.raises(InputError, match="holds no file"):
        lay_out([tmp_path / "set"])
    (tmp_path / "set" / "link").symlink_to(tmp_path / "a")
    with pytest.raises(InputError, match="is a link"):
        lay_out([tmp_path / "set"])
    with pytest.raises(InputError, match="there is no such file"):
        lay_out([tmp_path / "b"])
    laid = lay_out([tmp_path / "a"])
    (tmp_path / "a").write_text("y")
    with pytest.raises(InputError, match="changed while it was read"):
        laid.piece(next(iter(laid.pieces)))


def test_what_a_link_does() -> None:
    """100 MB in 5 s and 300 MB in 15 s are 20 MB/s; a copy of 1 MB says how long it takes to begin."""
    copies = (Copy("a", 100_000_000, 1, 5_000), Copy("b", 300_000_000, 1, 15_000), Copy("c", 1_000_000, 1, 900))
    assert link_of(copies, 1) == Link(20_000_000, "measured")
    assert link_of(copies[2:], 1_250_000_000) == Link(1_250_000_000, "assumed")
    assert link_of(copies[2:], None) is None
    assert Link(20_000_000, "measured").seconds(50_000_001) == 3
    assert [variable_of(name) for name in ("imagenet", "web-pages.v2@7")] == ["DURE_DATA_IMAGENET", "DURE_DATA_WEB_PAGES_V2"]
