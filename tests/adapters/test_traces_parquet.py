"""Canonical tables in Parquet: typed columns go through the same rules as text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dure.adapters.tables import Coded, Column, Partly, connect, write_parquet
from dure.adapters.traces import read_trace
from dure.adapters.traces_table import write_jobs
from dure.model.errors import TraceError
from dure.wire.tables import Jobs, TraceRead


def read(folder: Path, **columns: Column) -> TraceRead:
    first = next(iter(columns.values()))
    count = len(first if isinstance(first, np.ndarray) else first[0])
    least: dict[str, Column] = {"submit_s": np.arange(count), "run_s": np.full(count, 60), "devices": np.full(count, 8)}
    write_parquet(folder / "t.parquet", least | columns)
    return read_trace(folder / "t.parquet")


def reasons(found: TraceRead) -> list[tuple[int, str, str]]:
    return [(reject.line, reject.field, reject.reason) for reject in found.rejects]


def test_every_column_comes_back(tmp_path: Path) -> None:
    jobs = Jobs.build(
        submit_s=[5, 6], run_s=[60, 70], devices=[8, 1], job_id=[-4, 9], request_s=[100, -1], project=[0, 1], projects=["b", "a"],
        user=[0, 1], users=["", "kim"], qos=[1, 0], qos_names=["normal", "urgent"], workload=[1, 0], workloads=["", "vision"],
        constraint=[0, 1], constraints=["", "80GB.."], training=[1, -1], memory_gb=[80, 0], domain=[2, 0], checkpoint_s=[600, 0],
        outcome=[2, 1], epoch_s=1_700_000_000,
    )  # fmt: skip
    for name in ("t.parquet", "t.csv"):
        write_jobs(tmp_path / name, jobs)
        found = read_trace(tmp_path / name)
        assert found.rejects == ()
        assert found.jobs.run_s.tolist() == [60, 70]
        shift = found.jobs.epoch_s - jobs.epoch_s
        assert (found.jobs.submit_s + shift).tolist() == [5, 6], name
    write_jobs(tmp_path / "t.parquet", jobs)
    assert read_trace(tmp_path / "t.parquet").jobs.sha256() == jobs.sha256()


def test_bad_rows_are_numbered_from_one_and_shown(tmp_path: Path) -> None:
    found = read(tmp_path, run_s=np.array([60, 0, -7, 2**60, 50]), project=Coded(np.array([0, 0, -1, 0, -1]), ("univ",)))
    assert reasons(found) == [(2, "run_s", "zero"), (3, "run_s", "negative"), (4, "run_s", "above 3200000000")]
    assert found.rejects[1].text == "submit_s=2, run_s=-7, devices=8"
    assert [found.jobs.projects[k] for k in found.jobs.project] == ["univ", ""]


def test_floats_and_texts_stand_for_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, run_s=np.array([60.5, np.nan, np.inf, 0.1]), devices=Coded(np.array([0, 0, 0, 1]), ("8", " 4 ")))
    assert reasons(found) == [(2, "run_s", "missing"), (3, "run_s", "out of range")]
    assert (found.jobs.run_s.tolist(), found.jobs.devices.tolist()) == ([61, 1], [8, 4])
    assert reasons(read(tmp_path, devices=np.array([1.5, 2.0]))) == [(1, "devices", "not a whole number")]
    assert reasons(read(tmp_path, devices=Coded(np.array([0, 1]), ("many", "2")))) == [(1, "devices", "not a number")]


def test_empty_cells(tmp_path: Path) -> None:
    some = Partly(np.array([100, 7, 7]), np.array([True, False, False]))
    found = read(tmp_path, request_s=some, memory_gb=some, devices=Partly(np.array([8, 8, 8]), np.array([True, True, False])))
    assert reasons(found) == [(3, "devices", "missing")]
    assert (found.jobs.request_known.tolist(), found.jobs.memory_gb.tolist()) == ([1, 0], [100, 0])


def test_dates(tmp_path: Path) -> None:
    found = read(tmp_path, submit_s=np.array(["2026-01-01T00:01:00", "2026-01-01T00:00:00", "NaT"], "datetime64[us]"))
    assert reasons(found) == [(3, "submit_s", "missing")]
    assert (found.jobs.epoch_s, found.jobs.submit_s.tolist()) == (1_767_225_600, [0, 60])
    found = read(tmp_path, submit_s=Coded(np.array([1, 0, 2]), ("2026-01-01 00:00:00", "2026-01-01T09:01:00+09:00", "soon")))
    assert (reasons(found), found.jobs.submit_s.tolist()) == ([(3, "submit_s", "not a date with time")], [0, 60])
    assert reasons(read(tmp_path, run_s=np.array([60, 60]), memory_gb=np.array(["2026-01-01", "NaT"], "datetime64[us]"))) == [
        (1, "memory_gb", "a date, not a number")
    ]


def test_words_as_texts_or_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, training=np.array([1, 0, -1, 5]), outcome=Coded(np.array([0, 1, -1, 0]), ("failed", "completed")))
    assert reasons(found) == [(4, "training", "is none of training, inference")]
    assert (found.jobs.training.tolist(), found.jobs.outcome.tolist()) == ([1, 0, -1], [1, 0, 0])


def test_repeated_ids_and_text_ids(tmp_path: Path) -> None:
    assert reasons(read(tmp_path, job_id=np.array([4, 5, 4]))) == [(3, "job_id", "seen before")]
    found = read(tmp_path, job_id=Coded(np.array([0, 1, 0]), ("a-1", "a-2")))
    assert (reasons(found), found.jobs.job_id.tolist()) == ([(3, "job_id", "seen before")], [0, 1])


@pytest.mark.parametrize(
    ("select", "said"),
    [
        ("1 AS submit_s, 5 AS run_s", r"t\.parquet: has no column devices; columns are job_id"),
        ("1 AS submit_s, 5 AS run_s, [1, 2] AS devices", r"cannot read columns of type devices INTEGER\[\]"),
        ("1 AS submit_s, 5 AS run_s, {'n': 1} AS devices", "cannot read columns of type devices STRUCT"),
    ],
)
def test_columns_that_are_no_job_table(tmp_path: Path, select: str, said: str) -> None:
    with connect() as con:
        con.execute(f"COPY (SELECT {select}) TO '{tmp_path}/t.parquet' (FORMAT parquet)")
    with pytest.raises(TraceError, match=said):
        read_trace(tmp_path / "t.parquet")


@pytest.mark.parametrize("kind", ["HUGEINT", "UBIGINT", "DECIMAL(12,2)", "FLOAT", "BOOLEAN", "USMALLINT", "VARCHAR"])
def test_numbers_of_any_type(tmp_path: Path, kind: str) -> None:
    with connect() as con:
        con.execute(f"COPY (SELECT 1 AS submit_s, 5 AS run_s, 1::{kind} AS devices) TO '{tmp_path}/t.parquet' (FORMAT parquet)")
    assert read_trace(tmp_path / "t.parquet").jobs.devices.tolist() == [1]


def test_numbers_beyond_the_range(tmp_path: Path) -> None:
    with connect() as con:
        rows = "SELECT 1 AS submit_s, 5 AS run_s, unnest([18446744073709551615, 3]::UBIGINT[]) AS devices"
        con.execute(f"COPY ({rows}) TO '{tmp_path}/t.parquet' (FORMAT parquet)")
    found = read_trace(tmp_path / "t.parquet")
    assert (reasons(found), found.jobs.devices.tolist()) == ([(1, "devices", "above 10000000")], [3])
