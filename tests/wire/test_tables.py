"""The job table is sorted, checked and read-only; equal jobs have equal hashes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.wire.tables import JOB_COLUMNS, Jobs, Reject, TraceRead, concat, in_order_of_appearance

ROWS = {"submit_s": [30, 10, 10, 20], "run_s": [1, 2, 3, 4], "devices": [8, 1, 2, 4]}


def test_rows_are_sorted_by_submission_and_ties_keep_their_order() -> None:
    jobs = Jobs.build(**ROWS)
    assert jobs.submit_s.tolist() == [10, 10, 20, 30]
    assert jobs.run_s.tolist() == [2, 3, 4, 1]
    assert jobs.job_id.tolist() == [0, 1, 2, 3]
    assert (len(jobs), jobs.span_s, jobs.device_seconds) == (4, 20, 2 + 6 + 16 + 8)


def test_job_ids_travel_with_their_rows() -> None:
    assert Jobs.build(**ROWS, job_id=[4, 3, 2, 1]).job_id.tolist() == [3, 2, 1, 4]


def test_what_is_absent_has_its_default_and_dtype() -> None:
    jobs = Jobs.build(**ROWS)
    for column in JOB_COLUMNS:
        assert getattr(jobs, column.name).dtype == np.dtype(column.dtype), column.name
    assert (jobs.request_s == jobs.run_s).all()
    assert not jobs.request_known.any()
    assert (jobs.training == -1).all()
    assert (jobs.qos_names, jobs.workloads, jobs.constraints) == (("normal",), ("",), ("",))


def test_a_request_below_zero_is_unknown() -> None:
    jobs = Jobs.build(submit_s=[0, 1], run_s=[5, 6], devices=[1, 1], request_s=[-1, 60])
    assert jobs.request_s.tolist() == [5, 60]
    assert jobs.request_known.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"devices": [1, 0, 1, 1]}, r"devices: 0\.\.1 is outside 1\.\.10000000"),
        ({"run_s": [1, -2, 3, 4]}, "run_s: -2"),
        ({"project": [0, 1, 0, 0]}, r"project: 0\.\.1 is outside 0\.\.0"),
        ({"devices": [1.5, 1, 1, 1]}, "4 integers wanted, got float64"),
        ({"devices": [1, 1]}, "4 integers wanted"),
        ({"cost": [1, 1, 1, 1]}, r"unknown \['cost'\]"),
    ],
)
def test_a_wrong_column_is_a_mistake(change: dict[str, list[float]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Jobs.build(**(ROWS | change))


def test_a_column_that_is_required() -> None:
    with pytest.raises(ValueError, match=r"missing \['devices'\]"):
        Jobs.build(submit_s=[1], run_s=[1])


def test_arrays_are_read_only_and_own_their_data() -> None:
    source = np.array([1, 2], np.int64)
    jobs = Jobs.build(submit_s=source, run_s=source, devices=[1, 1])
    source[0] = 99
    assert jobs.run_s.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        jobs.run_s[0] = 5
    with pytest.raises(ValueError, match="read-only"):
        jobs[:1].run_s[0] = 5


def test_slices_and_masks() -> None:
    jobs = Jobs.build(**ROWS, project=[0, 1, 0, 1], projects=["a", "b"])
    assert jobs[:2].run_s.tolist() == [2, 3]
    assert jobs[jobs.devices > 2].devices.tolist() == [4, 8]
    assert jobs[:0].device_seconds == 0
    assert jobs[1::2].projects == ("a", "b")
    with pytest.raises(ValueError, match="ascending"):
        jobs[::-1]
    with pytest.raises(TypeError, match="slice or a mask"):
        jobs[np.array([1, 0])]


def test_with_columns_is_checked() -> None:
    jobs = Jobs.build(**ROWS)
    assert jobs.with_columns(checkpoint_s=np.full(4, 600)).checkpoint_s.tolist() == [600] * 4
    with pytest.raises(ValueError, match="outside"):
        jobs.with_columns(domain=[0, 1, 2, 3])
    with pytest.raises(ValueError, match="orders the table"):
        jobs.with_columns(submit_s=[1, 2, 3, 4])


def test_concat_merges_names_and_epochs() -> None:
    one = Jobs.build(submit_s=[0, 50], run_s=[1, 2], devices=[1, 1], project=[0, 1], projects=["a", "b"], epoch_s=1000)
    two = Jobs.build(submit_s=[0], run_s=[3], devices=[1], project=[0], projects=["b"], epoch_s=1020)
    both = concat([one, two])
    assert both.epoch_s == 1000
    assert both.submit_s.tolist() == [0, 20, 50]
    assert both.run_s.tolist() == [1, 3, 2]
    assert [both.projects[k] for k in both.project] == ["a", "b", "b"]
    assert both.qos_names == ("normal",)


def test_order_of_names_is_the_order_of_use() -> None:
    jobs = Jobs.build(
        submit_s=[0, 1, 2], run_s=[1, 1, 1], devices=[1, 1, 1], project=[2, 0, 2], projects=["a", "never", "b"], qos=[1, 0, 2],
        qos_names=["normal", "low", "high"],
    )  # fmt: skip
    same = in_order_of_appearance(jobs)
    assert same.projects == ("b", "a")
    assert same.project.tolist() == [0, 1, 0]
    assert same.qos_names == ("normal", "low", "high")


GOLDEN = "8901478ee95cf736667615071e6cad50e30ea2966e0e68e49378fb763490b414"


def test_hash_is_the_same_for_ever_and_sees_every_column() -> None:
    jobs = Jobs.build(**ROWS, projects=["a"], epoch_s=5)
    assert jobs.sha256() == GOLDEN
    assert Jobs.build(**ROWS, projects=["a"], epoch_s=5).sha256() == GOLDEN
    others = [jobs.with_columns(run_s=[2, 3, 4, 2]), jobs[:3], Jobs.build(**ROWS, projects=["b"], epoch_s=5), Jobs.build(**ROWS, epoch_s=5)]
    assert len({GOLDEN, *(other.sha256() for other in others)}) == 5


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 9)), max_size=30), st.integers(0, 30))
def test_a_cut_table_put_together_is_the_table(rows: list[tuple[int, int]], cut: int) -> None:
    jobs = Jobs.build(
        submit_s=np.array([s for s, _ in rows], np.int64), run_s=np.array([r for _, r in rows], np.int64), devices=np.ones(len(rows), int)
    )
    assert concat([jobs[:cut], jobs[cut:]]).sha256() == jobs.sha256()


def test_rejects_by_reason_start_with_the_most_frequent() -> None:
    rejects = (Reject(3, "run_s", "zero", "a"), Reject(4, "", "2 fields, 5 wanted", "b"), Reject(5, "run_s", "zero", "c"))
    read = TraceRead(Jobs.build(submit_s=[0], run_s=[1], devices=[1]), rejects, "x", "", 4, "csv")
    assert [(reason, len(group)) for reason, group in read.rejects_by_reason().items()] == [("run_s: zero", 2), ("2 fields, 5 wanted", 1)]
