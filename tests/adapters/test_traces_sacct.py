"""What `sacct -aP` prints: arrays, steps, unknown starts, limits and TRES of every form."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.adapters.traces import read_trace
from dure.adapters.traces_sacct import FORMAT, tres_devices
from dure.model.errors import TraceError
from dure.wire.tables import TraceRead

HEADER = "JobID|Submit|Start|End|Elapsed|Timelimit|State|AllocTRES|ReqTRES|NNodes|Account|User|QOS|Partition"
ROW = {
    "JobID": "100",
    "Submit": "2026-01-05T09:00:00",
    "Start": "2026-01-05T09:10:00",
    "End": "2026-01-05T10:10:00",
    "Elapsed": "01:00:00",
    "Timelimit": "1-00:00:00",
    "State": "COMPLETED",
    "AllocTRES": "billing=64,cpu=64,gres/gpu=8,mem=512G,node=1",
    "ReqTRES": "cpu=64,gres/gpu=8,mem=512G,node=1",
    "NNodes": "1",
    "Account": "univ-vision",
    "User": "kim",
    "QOS": "normal",
    "Partition": "gpu",
}


def row(**fields: str) -> str:
    return "|".join((ROW | fields).values())


def read(folder: Path, *rows: str, header: str = HEADER) -> TraceRead:
    path = folder / "sacct.txt"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_trace(path)


def test_a_job_with_everything(tmp_path: Path) -> None:
    found = read(tmp_path, row())
    jobs = found.jobs
    assert (found.format, found.rejects, found.passed_over) == ("sacct", (), 1)
    assert (jobs.epoch_s, jobs.submit_s[0], jobs.run_s[0], jobs.request_s[0]) == (1_767_603_600, 0, 3_600, 86_400)
    assert (jobs.devices[0], jobs.job_id[0], jobs.outcome[0]) == (8, 100, 0)
    assert (jobs.projects, jobs.users, jobs.qos_names) == (("univ-vision",), ("kim",), ("normal",))


def test_steps_are_passed_over_and_counted(tmp_path: Path) -> None:
    found = read(tmp_path, row(), row(JobID="100.batch"), row(JobID="100.extern"), row(JobID="100.0"), row(JobID="101"))
    assert (len(found.jobs), found.rejects, found.passed_over) == (2, (), 4)
    assert found.notes[0] == "3 job steps are passed over: jobs have lines of their own"


def test_tasks_of_an_array_are_jobs(tmp_path: Path) -> None:
    found = read(
        tmp_path, row(JobID="100_1"), row(JobID="100_2"), row(JobID="100_[3-9%2]", State="PENDING", Start="Unknown", End="Unknown")
    )
    assert found.jobs.job_id.tolist() == [0, 1], "an id that is no integer is the row number"
    assert [(reject.line, reject.field, reject.reason) for reject in found.rejects] == [(4, "State", "has not ended yet")]


def test_raw_ids_of_array_tasks_are_kept(tmp_path: Path) -> None:
    found = read(tmp_path, row(JobID="100_1|100"), row(JobID="100_2|101"), header=HEADER.replace("JobID", "JobID|JobIDRaw"))
    assert found.jobs.job_id.tolist() == [100, 101]


@pytest.mark.parametrize(
    ("tres", "devices", "kind"),
    [
        ("cpu=8,gres/gpu=4,mem=1G", 4, ""),
        ("billing=8,gres/gpu:a100=4,gres/gpu=4", 4, "a100"),
        ("gres/gpu:A100=4,gres/gpu:h100=2,gres/gpu=6", 6, ""),
        ("gres/gpu:h100=16", 16, "h100"),
        ("gres/gpu:a100=1,gres/gpu:h100=2", 3, ""),
        ("gres/npu:rngd=8", 8, "rngd"),
        ("cpu=8,gres/gpumem=80G,gres/gpuutil=70", 0, ""),
        ("gres/gpu=0", 0, ""),
        ("", 0, ""),
    ],
)
def test_accelerators_in_tres(tres: str, devices: int, kind: str) -> None:
    assert tres_devices(tres) == (devices, kind)


def test_a_type_becomes_the_constraint_and_requested_tres_stand_in(tmp_path: Path) -> None:
    found = read(tmp_path, row(AllocTRES="gres/gpu:h100=8,gres/gpu=8"), row(JobID="101", AllocTRES="cpu=4", ReqTRES="gres/gpu=2"))
    assert [found.jobs.constraints[k] for k in found.jobs.constraint] == ["h100", ""]
    assert found.jobs.devices.tolist() == [8, 2]
    assert "types that jobs asked for became constraints: h100" in found.notes


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [("UNLIMITED", None), ("Partition_Limit", None), ("", None), ("05:30", 330), ("3-00:00:01", 259_201), ("100:00:00", 360_000)],
)
def test_time_limits(tmp_path: Path, limit: str, seconds: int | None) -> None:
    jobs = read(tmp_path, row(Timelimit=limit)).jobs
    assert (jobs.request_s[0], jobs.request_known[0]) == ((3_600, 0) if seconds is None else (seconds, 1))


@pytest.mark.parametrize(
    ("state", "outcome"),
    [("FAILED", 1), ("TIMEOUT", 1), ("OUT_OF_MEMORY", 1), ("CANCELLED by 1004", 2), ("CANCELLED+", 2), ("PREEMPTED", 2)],
)
def test_outcomes(tmp_path: Path, state: str, outcome: int) -> None:
    assert read(tmp_path, row(State=state)).jobs.outcome[0] == outcome


BAD = [
    ({"State": "RUNNING", "End": "Unknown"}, "State", "has not ended yet"),
    ({"State": "DAYDREAMING"}, "State", "is no state of Slurm that is known"),
    ({"State": "CANCELLED by 7", "Start": "None", "Elapsed": "00:00:00"}, "Elapsed", "zero: cancelled before it started, or at once"),
    ({"Start": "Unknown", "Submit": "yesterday"}, "Submit", "not a date with time"),
    ({"Elapsed": "00:00:00"}, "Elapsed", "zero: cancelled before it started, or at once"),
    ({"Elapsed": "an hour"}, "Elapsed", "is no duration like 1-02:30:00"),
    ({"Timelimit": "soon"}, "Timelimit", "is no duration like 1-02:30:00"),
    ({"Submit": "yesterday"}, "Submit", "not a date with time"),
    ({"AllocTRES": "cpu=4", "ReqTRES": "cpu=4"}, "AllocTRES", "asks for no accelerator"),
    ({"JobID": "99"}, "job_id", "seen before"),
    ({"User": "a|b"}, "", "15 fields, 14 wanted"),
]


@pytest.mark.parametrize(("fields", "field", "reason"), BAD)
def test_bad_rows_are_listed(tmp_path: Path, fields: dict[str, str], field: str, reason: str) -> None:
    found = read(tmp_path, row(JobID="99"), row(**fields), row(JobID="98"))
    assert [(reject.line, reject.field, reject.reason) for reject in found.rejects] == [(3, field, reason)]
    assert found.rejects[0].text == row(**fields)[:80]
    assert found.jobs.job_id.tolist() == [99, 98]


def test_a_job_that_ran_is_taken_though_its_start_is_lost(tmp_path: Path) -> None:
    assert read(tmp_path, row(Start="Unknown", Elapsed="00:10:00")).jobs.run_s.tolist() == [600]
    header, text = "JobID|Submit|Start|End|AllocTRES", "7|2026-01-05T09:00:00|Unknown|2026-01-05T09:10:30|gres/gpu=1"
    with pytest.raises(TraceError, match="Start: none of its 1 rows can be taken; the first: no time: it never started"):
        read(tmp_path, text, header=header)


def test_start_and_end_stand_in_for_elapsed_and_partition_for_qos(tmp_path: Path) -> None:
    header = "JobIDRaw|Submit|Start|End|TimelimitRaw|AllocTRES|Partition"
    text = "7|2026-01-05T09:00:00|2026-01-05T09:10:00|2026-01-05T09:10:30|90|gres/gpu=1|debug"
    jobs = read(tmp_path, text, text.replace("7", "8", 1).replace("|90|", "|Partition_Limit|"), header=header).jobs
    assert (jobs.run_s.tolist(), jobs.request_s.tolist(), jobs.request_known.tolist()) == ([30, 30], [5_400, 30], [1, 0])
    assert [jobs.qos_names[k] for k in jobs.qos] == ["debug", "debug"]


def test_a_quote_in_a_field_is_a_quote(tmp_path: Path) -> None:
    assert read(tmp_path, row(Account='the "best" project')).jobs.projects == ('the "best" project',)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("JobID|Submit|Elapsed", r"sacct\.txt:1: has neither AllocTRES nor ReqTRES"),
        ("JobID|Submit|Start|AllocTRES", "has neither Elapsed nor Start and End"),
    ],
)
def test_a_header_that_lacks_something_names_the_command(tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(TraceError, match=said) as caught:
        read(tmp_path, "1|2|3|4", header=header)
    assert FORMAT in caught.value.remedy
