"""Real public traces are read whole; every line of a bad one is a job, a counted reject or passed over."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from dure.adapters.traces import read_trace
from dure.adapters.traces_table import write_jobs
from dure.model.errors import TraceError
from dure.wire.tables import Reject, TraceRead

SWF = "{id} {submit} 0 {run} {procs} -1 -1 {asked} {request} -1 {status} 7 3 -1 {queue} -1 -1 -1"


def swf(**fields: object) -> str:
    return SWF.format_map({"id": 1, "submit": 0, "run": 60, "procs": 4, "asked": 2, "request": 600, "status": 1, "queue": 1} | fields)


def read(folder: Path, text: str | bytes, name: str = "trace", **options: str) -> TraceRead:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_trace(path, **options)  # type: ignore[arg-type]


def reasons(found: TraceRead) -> list[tuple[int, str, str]]:
    return [(reject.line, reject.field, reject.reason) for reject in found.rejects]


# Public files


def test_hpc2n_is_read_whole(shared: Path) -> None:
    path = shared / "traces/swf/hpc2n.swf"
    found = read_trace(path)
    assert (found.format, len(found.jobs), len(found.rejects), found.passed_over, found.rows_read) == ("swf", 3145, 25, 24, 3170)
    assert {reject.reason for reject in found.rejects} == {"-1: cancelled before it started, or not recorded"}
    assert found.rejects[0].line == 34
    assert found.rejects[0].text.startswith("   16   347726      5     -1    8 240379")
    assert (found.jobs.epoch_s, found.jobs.span_s) == (1_027_839_845, 4_950_011)
    assert found.jobs.request_known.all()
    assert found.jobs.devices.max() == 128


def test_hpc2n_with_the_jobs_that_never_ran(shared: Path) -> None:
    found = read_trace(shared / "traces/swf/hpc2n.swf", unstarted="keep")
    assert (len(found.jobs), int((found.jobs.run_s == 0).sum()), found.rejects) == (3170, 25, ())
    assert found.notes == ("25 jobs never ran, kept with run time 0",)


def test_wagap_with_its_extra_columns(shared: Path) -> None:
    found = read_trace(shared / "traces/swf/wagap-2013.swf")
    assert (found.format, len(found.jobs), found.rows_read) == ("swf", 17_898, 17_900)
    assert reasons(found) == [(4186, "run time", "negative"), (4200, "run time", "negative")]
    assert found.jobs.epoch_s == 1_356_996_147, "submission times are Unix times: the table starts at the first"
    assert found.jobs.submit_s[0] == 0


def test_philly_is_read_whole(shared: Path) -> None:
    found = read_trace(shared / "traces/philly/philly.csv")
    jobs = found.jobs
    assert (found.format, len(jobs), found.rejects, found.passed_over) == ("philly", 82_247, (), 2)
    assert round(jobs.device_seconds / 3600) == 978_078
    assert len(jobs.projects) == 15
    assert (jobs.devices == 1).mean() == pytest.approx(0.93, abs=0.005)
    assert (np.diff(jobs.submit_s) >= 0).all()
    assert "44,878 rows were submitted before the row above" in found.notes[0]


@pytest.mark.parametrize("name", ["swf/hpc2n.swf", "philly/philly.csv"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_converted_and_read_again_it_is_the_same_table(shared: Path, tmp_path: Path, name: str, form: str) -> None:
    jobs = read_trace(shared / "traces" / name).jobs
    write_jobs(tmp_path / f"t.{form}", jobs)
    again = read_trace(tmp_path / f"t.{form}")
    assert (again.format, again.rejects) == (form, ())
    assert again.jobs.sha256() == jobs.sha256()


# SWF


def test_requested_processors_come_before_allocated_ones(tmp_path: Path) -> None:
    found = read(tmp_path, "\n".join([swf(), swf(id=2, asked=-1), swf(id=3, asked=0, procs=9)]))
    assert found.jobs.devices.tolist() == [2, 4, 9]
    assert (found.jobs.projects, found.jobs.users) == (("group3",), ("user7",))


def test_comments_blanks_and_extra_columns_anywhere(tmp_path: Path) -> None:
    text = f"; UnixStartTime: 500\n{swf()} {{1,2}} q_1d\n\n;middle\n  \t\n{swf(id=2, submit=5)}\r\n\n ; end\n"
    found = read(tmp_path, text)
    assert (len(found.jobs), found.passed_over, found.rejects) == (2, 6, ())
    assert (found.jobs.epoch_s, found.jobs.submit_s.tolist()) == (500, [0, 5])


def test_no_estimates(tmp_path: Path) -> None:
    found = read(tmp_path, swf(request=-1))
    assert (found.jobs.request_s[0], found.jobs.request_known[0]) == (60, 0)
    assert found.notes == ("1 job names no requested time: the run time stands in",)


def test_fractions_are_rounded_and_never_to_zero(tmp_path: Path) -> None:
    found = read(tmp_path, "\n".join([swf(run="0.2"), swf(id=2, run="59.5"), swf(id=3, run="60.0"), swf(id=4, run="1e2")]))
    assert found.jobs.run_s.tolist() == [1, 60, 60, 100]


def test_outcomes(tmp_path: Path) -> None:
    found = read(tmp_path, "\n".join(swf(id=k, status=status) for k, status in enumerate([1, 0, 5, -1])))
    assert found.jobs.outcome.tolist() == [0, 1, 2, 0]


def test_several_queues_become_qualities_of_service(tmp_path: Path) -> None:
    found = read(tmp_path, "\n".join([swf(queue=4), swf(id=2, queue=1), swf(id=3, queue=-1)]))
    assert [found.jobs.qos_names[k] for k in found.jobs.qos] == ["queue4", "queue1", "normal"]
    assert read(tmp_path, swf(queue=4)).jobs.qos_names == ("normal",)


BAD_SWF = [
    (swf(run=-1), "run time", "-1: cancelled before it started, or not recorded"),
    (swf(run=0), "run time", "zero"),
    (swf(run=-5), "run time", "negative"),
    (swf(run="abc"), "run time", "not a number"),
    (swf(run="nan"), "run time", "not a number"),
    (swf(run="inf"), "run time", "out of range"),
    (swf(run="9" * 30), "run time", "out of range"),
    (swf(run="9" * 70), "run time", "too long"),
    (swf(run="9" * 11), "run time", "above 3200000000"),
    (swf(submit=-4), "submit", "negative"),
    (swf(asked=-1, procs=0), "processors", "neither requested nor allocated processors are given"),
    (swf(asked="2.5"), "requested processors", "not a whole number"),
    (swf(status=3), "status", "a burst of a job that has its own line"),
    (swf(id="x7"), "job", "not a number"),
    (swf(id=900), "job_id", "seen before"),
    ("1 2 3", "", "3 fields, 18 wanted"),
]


@pytest.mark.parametrize(("line", "field", "reason"), BAD_SWF)
def test_a_bad_row_is_a_listed_reject(tmp_path: Path, line: str, field: str, reason: str) -> None:
    found = read(tmp_path, f"{swf(id=900)}\n{line}\n{swf(id=901)}\n", format="swf")
    assert found.rejects == (Reject(2, field, reason, line[:80]),)
    assert (found.jobs.job_id.tolist(), found.rows_read) == ([900, 901], 3)


def test_a_file_that_ends_within_a_line(tmp_path: Path) -> None:
    found = read(tmp_path, f"{swf()}\n{swf(id=2)[:20]}")
    assert reasons(found) == [(2, "", "the file ends within this line")]


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    found = read(tmp_path, f"{swf()}\n".encode() + b"\xff\xfe " * 20 + b"\n" + swf(id=2).encode() + b" \xe9\xff\n", format="swf")
    assert reasons(found) == [(2, "job", "not UTF-8")]
    assert len(found.jobs) == 2, "what follows the 18 fields is not looked at"


def test_a_line_of_many_megabytes(tmp_path: Path) -> None:
    found = read(tmp_path, f"{swf()} {'x' * 9_000_000}\n{'7' * 5_000_000}\n; {'y' * 3_000_000}\n{swf(id=2)}\n")
    assert (len(found.jobs), found.passed_over) == (2, 1)
    assert found.rejects == (Reject(2, "", "1 fields, 18 wanted", "7" * 80),)


def test_unsorted_rows_are_sorted_with_a_note(tmp_path: Path) -> None:
    found = read(tmp_path, "\n".join([swf(submit=9), swf(id=2, submit=3), swf(id=3, submit=9)]))
    assert found.jobs.job_id.tolist() == [2, 1, 3]
    assert found.notes == ("1 row was submitted before the row above: sorted by submission, ties as in the file",)


# Philly

PHILLY = "timestamp,duration,num_gpus,gpu_time,cluster\n"


def test_bad_philly_rows(tmp_path: Path) -> None:
    rows = [
        "2017-10-09 07:01:55,66.0,1,66.0,11cb48",
        "2017-13-09 07:01:55,66.0,1,66.0,11cb48",
        "2017-02-29 07:01:55,66.0,1,66.0,11cb48",
        ",66.0,1,66.0,11cb48",
        "2017-10-09 07:01:55,,1,66.0,11cb48",
        "2017-10-09 07:01:55,-3,1,66.0,11cb48",
        "2017-10-09 07:01:55,0.0,1,66.0,11cb48",
        "2017-10-09 07:01:55,66.0,0,66.0,11cb48",
        "2017-10-09 07:01:55,66.0,1.5,66.0,11cb48",
        "2017-10-09 07:01:55,66.0,1,66.0",
        '"2017-10-09T07:01:54Z","66.0",2,66.0,"a, ""b"""',
        '"2017-10-09 07:01:54,66.0,2,66.0,a',
        "2017-10-09 16:01:53+09:00,66.0,1,66.0,11cb48",
    ]
    found = read(tmp_path, PHILLY + "\n".join(rows) + "\n")
    assert reasons(found) == [
        (3, "timestamp", "not a date with time"),
        (4, "timestamp", "not a date with time"),
        (5, "timestamp", "missing"),
        (6, "duration", "missing"),
        (7, "duration", "negative"),
        (8, "duration", "zero"),
        (9, "num_gpus", "below 1"),
        (10, "num_gpus", "not a whole number"),
        (11, "", "4 fields, 5 wanted"),
        (13, "", "a quote is not closed, or not UTF-8"),
    ]
    assert found.jobs.submit_s.tolist() == [0, 1, 2]
    assert [found.jobs.projects[k] for k in found.jobs.project] == ["11cb48", 'a, "b"', "11cb48"]


# Canonical tables


def test_least_csv(tmp_path: Path) -> None:
    found = read(tmp_path, "# made by hand\ndevices,run_s,submit_s\n4,60,10\n\n# note\n8,30,20\n")
    assert (found.format, found.jobs.devices.tolist(), found.jobs.submit_s.tolist()) == ("csv", [4, 8], [10, 20])
    assert (found.passed_over, found.jobs.epoch_s, found.jobs.request_known.tolist()) == (4, 0, [0, 0])


FULL = (
    "job_id,submit_s,run_s,request_s,devices,project,user,qos,workload,constraint,training,memory_gb,domain,checkpoint_s,outcome,colour\n"
    "5,2026-01-01T00:00:00Z,60,120,8,univ,kim,urgent,llm-finetune,h100|h200,training,80,require,600,failed,red\n"
    "6,2026-01-01 00:01:00,60,,8,,,,,,,,,,,\n"
    "7,2026-01-01T09:02:00+09:00,60,,8,univ,lee,,vision,,inference,0,prefer,0,cancelled,\n"
)


def test_full_csv(tmp_path: Path) -> None:
    found = read(tmp_path, FULL)
    jobs = found.jobs
    assert (found.rejects, jobs.epoch_s, jobs.submit_s.tolist()) == ((), 1_767_225_600, [0, 60, 120])
    assert jobs.job_id.tolist() == [5, 6, 7]
    assert (jobs.request_s.tolist(), jobs.request_known.tolist()) == ([120, 60, 60], [1, 0, 0])
    assert (jobs.projects, jobs.project.tolist()) == (("univ", ""), [0, 1, 0])
    assert (jobs.qos_names, jobs.qos.tolist()) == (("normal", "urgent"), [1, 0, 0])
    assert (jobs.workloads, jobs.workload.tolist()) == (("", "llm-finetune", "vision"), [1, 0, 2])
    assert (jobs.constraints, jobs.constraint.tolist()) == (("", "h100|h200"), [1, 0, 0])
    assert (jobs.training.tolist(), jobs.domain.tolist(), jobs.outcome.tolist()) == ([1, -1, 0], [2, 0, 1], [1, 0, 2])
    assert (jobs.memory_gb.tolist(), jobs.checkpoint_s.tolist()) == ([80, 0, 0], [600, 0, 0])
    assert found.notes[0] == "columns that are not used: colour"


def test_job_ids_that_are_texts_are_numbered_and_compared(tmp_path: Path) -> None:
    found = read(tmp_path, "job_id,submit_s,run_s,devices\na-1,0,5,1\na-2,1,5,1\na-1,2,5,1\n")
    assert found.jobs.job_id.tolist() == [0, 1]
    assert found.rejects == (Reject(4, "job_id", "seen before", "a-1,2,5,1"),)


BAD_CSV = [
    ("x,60,1,80,training", "submit_s", "not a number"),
    ("2026-01-01T00:00:00Z,60,1,80,training", "submit_s", "not a number"),
    ("5,0,1,80,training", "run_s", "zero"),
    ("5,-9,1,80,training", "run_s", "negative"),
    ("5,60,0,80,training", "devices", "below 1"),
    ("5,60,99999999999,80,training", "devices", "above 10000000"),
    ("5,60,1,-80,training", "memory_gb", "negative"),
    ("5,60,1,80,maybe", "training", "is none of training, inference"),
    ("5,60,1,80", "", "4 fields, 5 wanted"),
    ("5,60,1,80,training,", "", "6 fields, 5 wanted"),
]


@pytest.mark.parametrize(("line", "field", "reason"), BAD_CSV)
def test_bad_csv_rows(tmp_path: Path, line: str, field: str, reason: str) -> None:
    found = read(tmp_path, f"submit_s,run_s,devices,memory_gb,training\n5,60,1,80,training\n{line}\n6,60,1,80,training\n")
    assert found.rejects == (Reject(3, field, reason, line),)
    assert len(found.jobs) == 2


def test_unix_times_start_the_table_at_its_first_job(tmp_path: Path) -> None:
    found = read(tmp_path, "submit_s,run_s,devices\n1700000100,5,1\n1700000000,5,1\n")
    assert (found.jobs.epoch_s, found.jobs.submit_s.tolist()) == (1_700_000_000, [0, 100])


def test_names_with_commas_and_korean_survive(tmp_path: Path) -> None:
    found = read(tmp_path, 'submit_s,run_s,devices,project\n5,60,1,"가나대, ""AI"""\n6,60,1,가나대\n')
    write_jobs(tmp_path / "again.csv", found.jobs)
    again = read_trace(tmp_path / "again.csv")
    assert again.jobs.projects == ('가나대, "AI"', "가나대")
    assert again.jobs.sha256() == found.jobs.sha256()


# Files that cannot be read at all


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", r"trace:1: the file is empty; was it written completely\?"),
        (b" \n\n", "the file is empty"),
        (b"hello world\n", "this is no trace format that is known; name it with --format"),
        (b"; only\n; comments\n", "holds no job, only comments"),
        (b"submit_s,run_s,devices\n", "holds no job"),
        (b"submit_s,run_s,devices,run_s\n1,2,3,4\n", "the header names run_s twice"),
        (swf(run=0).encode(), r"trace:1: run time: none of its 1 rows can be taken; the first: zero \('1 0 0 0 4"),
        ("submit_s,run_s,devices\n".encode("utf-16"), "UTF-16 text; save it as UTF-8"),
        (gzip.compress(swf().encode())[:-9], "the gzip file is damaged"),
        (b"PAR1 and no more", "is no whole Parquet file"),
        (b"submit_s,run_s,devices\n2026-01-05T00:00:00,9,1\n9026-01-05T00:00:00,9,1\n", "submitted over 7,004 years; correct the dates"),
        (b"Submit|JobID\n", "has neither Elapsed nor Start and End; print it with sacct -aP"),
    ],
)
def test_an_error_names_file_line_and_remedy(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(TraceError, match=said):
        read(tmp_path, content)


def test_a_wrong_format_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"trace:1: the header names no submit_s, run_s, devices; columns are job_id, submit_s"):
        read(tmp_path, swf(), format="csv")
    with pytest.raises(TraceError, match="is no whole Parquet file"):
        read(tmp_path, swf(), format="parquet")


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="no such file; check the path"):
        read_trace(tmp_path / "none.swf")
    with pytest.raises(TraceError, match="is a device; name a file"):
        read_trace("/dev/zero")
    with pytest.raises(TraceError, match="cannot be read"):
        read_trace(tmp_path)


def test_gzip_and_byte_order_mark(tmp_path: Path) -> None:
    assert len(read(tmp_path, gzip.compress(f"{swf()}\n".encode()), "t.swf.gz").jobs) == 1
    assert len(read(tmp_path, b"\xef\xbb\xbfsubmit_s,run_s,devices\n1,2,3\n").jobs) == 1


# zones


@pytest.mark.parametrize(
    ("zone", "ahead_h"), [("UTC", 0), ("Asia/Seoul", 9), ("KST", 9), ("+09:00", 9), ("-03:30", -3.5), ("America/Los_Angeles", -7)]
)
def test_times_without_a_zone_are_of_the_zone_named(zone: str, ahead_h: float, tmp_path: Path) -> None:
    """Los Angeles stands in summer time on that day. A time that names its zone keeps it."""
    path = tmp_path / "t.csv"
    path.write_text("submit_s,run_s,devices\n2017-09-04T00:00:00,5,1\n2017-09-05T00:00:00Z,5,1\n2017-09-06 00:00,5,1\n", encoding="utf-8")
    jobs = read_trace(path, timezone=zone).jobs
    found = (jobs.submit_s + jobs.epoch_s).tolist()
    midnight = 1_504_483_200
    assert found == [midnight - ahead_h * 3600, midnight + 86_400, midnight + 2 * 86_400 - ahead_h * 3600]


def test_an_unknown_zone_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("submit_s,run_s,devices\n0,5,1\n", encoding="utf-8")
    with pytest.raises(TraceError, match=r"no time zone 'Seoul' is known; write UTC, a name such as Asia/Seoul"):
        read_trace(path, timezone="Seoul")
