"""Tables come back as they went out, appear whole or not at all, and a damaged file is an error that says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.adapters.tables import Coded, ParquetFile, Partly, parquet_metadata, parquet_types, read_parquet, write_csv, write_parquet
from dure.model.errors import InputError

NUMBERS = np.array([5, -1, 2**40, 0], np.int64)
SMALL = np.array([1, 2, 3, -4], np.int8)
TEXTS = Coded(np.array([2, 0, -1, 2], np.int32), ("", "no'rm\"al", "서울, 대전"))
SOME = Partly(np.array([7, 8, 9, 10], np.int32), np.array([True, False, True, False]))
COLUMNS = {"numbers": NUMBERS, "small": SMALL, "project": TEXTS, "utilisation": SOME}


def texts(column: Coded) -> list[str | None]:
    return [column.names[code] if code >= 0 else None for code in column.codes]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "it's [1] *.parquet"
    write_parquet(path, COLUMNS, {"epoch_s": "1504521041", "who": "o'hara"})
    found = read_parquet(path)
    assert list(found) == list(COLUMNS)
    assert (found["numbers"] == NUMBERS).all()
    assert found["small"].dtype == np.int8
    assert texts(found["project"]) == texts(TEXTS)
    assert (found["utilisation"].known == SOME.known).all()
    assert (found["utilisation"].values[SOME.known] == [7, 9]).all()
    assert parquet_metadata(path) == {"epoch_s": "1504521041", "who": "o'hara"}
    assert parquet_types(path)["numbers"] == "BIGINT"
    assert [p.name for p in tmp_path.iterdir()] == [path.name], "nothing is left beside the file"


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t.parquet", COLUMNS)
    assert list(read_parquet(tmp_path / "t.parquet", ["small", "numbers"])) == ["small", "numbers"]
    with pytest.raises(InputError, match=r"has no column cost; it has numbers, small"):
        read_parquet(tmp_path / "t.parquet", ["cost"])


@pytest.mark.parametrize("gather_bytes", [1, 10_000_000])
def test_chunks_become_one_file_in_their_order(tmp_path: Path, gather_bytes: int) -> None:
    path = tmp_path / "events.parquet"
    chunk = {"at": np.zeros(1000, np.int64), "kind": Coded(np.zeros(1000, np.int8), ("PLACED", "ENDED"))}
    with ParquetFile(path, {"dure": "0.1"}, gather_bytes) as out:
        for k in range(4):
            chunk["at"][:] = np.arange(1000 * k, 1000 * (k + 1))
            chunk["kind"].codes[:] = k % 2
            out.append(chunk)
        assert not path.exists(), "half a file is never seen"
    found = read_parquet(path)
    assert (found["at"] == np.arange(4000)).all()
    assert texts(found["kind"])[999:1001] == ["PLACED", "ENDED"]
    assert parquet_metadata(path) == {"dure": "0.1"}
    assert [p.name for p in tmp_path.iterdir()] == ["events.parquet"]


def test_an_error_leaves_the_old_file_and_no_parts(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    write_parquet(path, {"at": np.arange(3)})

    def fail() -> None:
        with ParquetFile(path, gather_bytes=1) as out:
            out.append({"at": np.arange(10)})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert len(read_parquet(path)["at"]) == 3
    assert [p.name for p in tmp_path.iterdir()] == ["events.parquet"]


def test_a_table_without_rows(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t.parquet", {"at": np.zeros(0, np.int64), "name": Coded(np.zeros(0, np.int32), ("a",))})
    found = read_parquet(tmp_path / "t.parquet")
    assert (len(found["at"]), len(found["name"].codes)) == (0, 0)


def test_csv_has_a_header_and_empty_cells(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", COLUMNS)
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == (
        'numbers,small,project,utilisation\n5,1,"서울, 대전",7\n-1,2,"",\n1099511627776,3,,9\n0,-4,"서울, 대전",\n'
    )


@pytest.mark.parametrize("cut", [0, 3, 8, 200, -1])
def test_a_damaged_file_is_an_error(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "t.parquet"
    write_parquet(path, COLUMNS)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError, match=r"t\.parquet: is no whole Parquet file .*; was it written completely\?"):
        read_parquet(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_parquet(tmp_path / "t.parquet")


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(-(2**62), 2**62), st.one_of(st.none(), st.text(max_size=5).filter(lambda t: "\0" not in t)))))
def test_any_rows_come_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str | None]]) -> None:
    path = tmp_path_factory.mktemp("any") / "t.parquet"
    names = sorted({text for _, text in rows if text is not None})
    codes = np.array([-1 if text is None else names.index(text) for _, text in rows], np.int64)
    write_parquet(path, {"n": np.array([n for n, _ in rows], np.int64), "t": Coded(codes, names)})
    found = read_parquet(path)
    assert found["n"].tolist() == [n for n, _ in rows]
    assert texts(found["t"]) == [text for _, text in rows]


LOOP = """
import signal, sys, numpy as np
from dure.adapters.tables import read_parquet, write_parquet
columns = {name: np.arange(2_000_000) * k for k, name in enumerate("abcdef", 1)}
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background of a shell inherits that it is ignored
print("go", flush=True)
try:
    while True:
        write_parquet(sys.argv[1], columns)
        read_parquet(sys.argv[1])
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("after_s", [0.1, 0.3, 0.5])
def test_ctrl_c_inside_a_query_is_ctrl_c(tmp_path: Path, after_s: float) -> None:
    """The loop is in the database nearly all the time, which takes the signal first and words it as an error of its own."""
    child = subprocess.Popen([sys.executable, "-c", LOOP, str(tmp_path / "t.parquet")], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout
    assert child.stdout.readline() == b"go\n"
    time.sleep(after_s)
    child.send_signal(signal.SIGINT)
    try:
        _, said = child.communicate(timeout=60)
    finally:
        child.kill()
    assert (child.returncode, said) == (130, b"")
    assert not list(tmp_path.glob(".*")), "something half written was left"


def test_a_full_disk_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    """/dev/full takes nothing: what is written aside there cannot be."""
    target = tmp_path / "t.parquet"
    Path(f"{tmp_path}/.t.parquet.{os.getpid()}.0.tmp").symlink_to("/dev/full")
    with ParquetFile(target, gather_bytes=1) as file, pytest.raises(InputError, match=r"t\.parquet.*cannot be written.*make room"):
        file.append({"a": np.arange(1_000_000)})
