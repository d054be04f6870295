"""Accounting rows: instants, states, arrays, requeues, hours that come twice, and lines that cannot be taken."""

from __future__ import annotations

import contextlib
import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.adapters.node_lists import read_nodes
from dure.adapters.node_spells import read_spells
from dure.adapters.sacct_rows import read_rows, tasks_of
from dure.adapters.sacct_times import days
from dure.adapters.traces_zone import in_zone, zone_of
from dure.ledger.records import NEVER, Fate, JobRows, Recorded
from dure.model.errors import InputError, TraceError
from dure.wire.tables import Reject

HEAD = "JobID|Submit|Start|End|Elapsed|Suspended|State|AllocTRES|ReqTRES|NNodes|NodeList|User|Account|Partition|Reason"
TRES = "billing=8,cpu=8,gres/gpu:h100=4,gres/gpu=4,node=1"


def line(**cells: str) -> str:
    usual = {
        "JobID": "1",
        "Submit": "2026-10-01T09:00:00",
        "Start": "2026-10-01T09:00:10",
        "End": "2026-10-01T10:00:10",
        "Elapsed": "01:00:00",
        "Suspended": "00:00:00",
        "State": "COMPLETED",
        "AllocTRES": TRES,
        "ReqTRES": TRES,
        "NNodes": "1",
        "NodeList": "a1",
        "User": "kim",
        "Account": "x",
        "Partition": "gpu",
        "Reason": "None",
    }
    return "|".join((usual | cells)[name] for name in HEAD.split("|"))


def read(*lines: str, zone: str = "UTC", head: str = HEAD) -> tuple[Recorded, list[Reject]]:
    with in_zone(zone):
        recorded, draft, _ = read_rows("\n".join((head, *lines, "")).encode(), "s")
    return recorded, draft.rejects


def one(**cells: str) -> JobRows:
    recorded, rejects = read(line(**cells))
    assert rejects == []
    return recorded.jobs


NINE = 1790845200  # 2026-10-01T09:00:00Z


def test_a_row_is_what_it_says() -> None:
    rows = one()
    assert (int(rows.submit_s[0]), int(rows.start_s[0]), int(rows.end_s[0]), int(rows.milli[0])) == (NINE, NINE + 10, NINE + 3610, 4_000)
    assert rows.models[int(rows.model[0])] == "h100"
    assert rows.node_lists[int(rows.node_list[0])] == ("a1",)
    assert [rows.users, rows.accounts, rows.partitions, rows.states] == [("kim",), ("x",), ("gpu",), ("COMPLETED",)]


def test_the_clock_is_that_of_the_zone() -> None:
    recorded, _ = read(line(), zone="Asia/Seoul")
    assert int(recorded.jobs.submit_s[0]) == NINE - 9 * 3600


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        ("COMPLETED", Fate.KEPT),
        ("CANCELLED by 1004", Fate.KEPT),
        ("FAILED", Fate.JOB_ERROR),
        ("TIMEOUT", Fate.JOB_ERROR),
        ("OUT_OF_MEMORY", Fate.JOB_ERROR),
        ("NODE_FAIL", Fate.REWORK),
        ("PREEMPTED", Fate.REWORK),
        ("REQUEUED", Fate.REWORK),
        ("CANCELLED+", Fate.KEPT),
    ],
)
def test_what_became_of_a_row(state: str, fate: Fate) -> None:
    assert int(one(State=state).fate[0]) == fate


def test_columns_in_any_order_and_seconds_since_1970() -> None:
    head = "State|End|Start|NodeList|Submit|AllocTRES|JobIDRaw"
    recorded, rejects = read(f"COMPLETED|{NINE + 60}|{NINE}|a[1-2]|{NINE - 5}|gres/gpu=2|77", head=head)
    rows = recorded.jobs
    assert rejects == []
    assert (int(rows.submit_s[0]), int(rows.start_s[0]), int(rows.end_s[0]), int(rows.milli[0])) == (NINE - 5, NINE, NINE + 60, 2_000)


def test_running_pending_cancelled_and_steps() -> None:
    recorded, rejects = read(
        line(JobID="1", State="RUNNING", End="Unknown", Elapsed="02:00:00"),
        line(JobID="1.batch"),
        line(JobID="1_2.extern"),
        line(JobID="2", State="PENDING", Start="Unknown", End="Unknown", AllocTRES="", NodeList="None assigned", Elapsed="00:00:00"),
        line(
            JobID="3",
            State="CANCELLED by 0",
            AllocTRES="",
            NodeList="None assigned",
            Start="2026-10-01T09:30:00",
            End="2026-10-01T09:30:00",
        ),
        line(JobID="4", AllocTRES="cpu=4", ReqTRES="cpu=4"),
        line(JobID="5_[3-5,9%2]", State="PENDING", Start="Unknown", End="Unknown", AllocTRES="", NodeList="None assigned"),
    )
    rows = recorded.jobs
    assert rejects == []
    assert [int(at) for at in rows.start_s] == [NINE + 10, NEVER, NEVER, NEVER]
    assert [int(at) for at in rows.end_s] == [NEVER, NEVER, NINE + 1800, NEVER]
    assert [int(at) for at in rows.known_s] == [NINE + 10 + 7200, NEVER, NEVER, NEVER]
    assert [int(n) for n in rows.tasks] == [1, 1, 1, 4]
    assert [int(n) for n in rows.milli] == [4000, 4000, 4000, 4000]
    assert recorded.counts["steps"] == 2
    assert recorded.counts["without_accelerators"] == 1
    assert recorded.counts["never_started"] == 3
    assert recorded.counts["open"] == 1


@pytest.mark.parametrize(("text", "count"), [("12", 1), ("12_7", 1), ("12_[3]", 1), ("12_[1-20%2]", 20), ("12_[0-10:5,20]", 4), ("1+0", 1)])
def test_tasks_of_a_waiting_row(text: str, count: int) -> None:
    assert tasks_of(text) == count


def test_reach_is_from_the_first_end_to_the_last_begin() -> None:
    recorded, _ = read(
        line(JobID="1", Submit="2026-09-01T00:00:00", Start="2026-09-02T00:00:00", End="2026-10-01T03:00:00", Elapsed=""),
        line(
            JobID="2",
            AllocTRES="cpu=1",
            ReqTRES="cpu=1",
            Submit="2026-10-03T00:00:00",
            Start="2026-10-03T00:00:01",
            End="2026-10-04T00:00:00",
        ),
    )
    assert recorded.reach == (NINE - 6 * 3600, NINE + 39 * 3600 + 1)


def test_outputs_of_two_spans_one_after_the_other() -> None:
    """A job that lived in both stands in both: still running (or waiting) in the first, ended in the second."""
    recorded, rejects = read(
        line(JobID="1", State="RUNNING", End="Unknown", Elapsed="00:10:00"),
        line(JobID="2", State="PENDING", Start="Unknown", End="Unknown", AllocTRES="", NodeList="None assigned"),
        line(JobID="3"),
        HEAD,
        line(JobID="1"),
        line(JobID="2", Start="2026-10-01T09:30:00", End="2026-10-01T10:30:00"),
        line(JobID="3"),
        line(JobID="4", State="NODE_FAIL"),
        line(JobID="4", Start="2026-10-01T11:00:10", End="2026-10-01T12:00:10"),
    )
    rows = recorded.jobs
    assert rejects == []
    assert recorded.counts["repeated"] == 3
    ends = sorted(zip(rows.job.tolist(), (rows.end_s - NINE).tolist(), strict=True))
    assert ends == [(1, 3610), (2, 5400), (3, 3610), (4, 3610), (4, 10810)]


def test_what_was_requeued_waits_again() -> None:
    waits = line(JobID="4", State="PENDING", Start="Unknown", End="Unknown", AllocTRES="", NodeList="None assigned")
    recorded, _ = read(line(JobID="4", State="NODE_FAIL"), waits)
    assert recorded.counts["repeated"] == 0
    assert len(recorded.jobs) == 2


def test_an_hour_that_comes_twice_is_told_apart_by_elapsed() -> None:
    """New York, 1 November 2026: 01:30 comes at 05:30Z and again at 06:30Z. From the first to the second is an hour, not nothing."""
    recorded, rejects = read(
        line(JobID="1", Submit="2026-11-01T01:00:00", Start="2026-11-01T01:30:00", End="2026-11-01T01:30:00", Elapsed="01:00:00"),
        line(JobID="2", Submit="2026-11-01T01:00:00", Start="2026-11-01T01:50:00", End="2026-11-01T02:10:00", Elapsed="00:20:00"),
        line(JobID="3", Submit="2026-11-01T01:00:00", Start="2026-11-01T01:50:00", End="2026-11-01T01:10:00", Elapsed="00:20:00"),
        zone="America/New_York",
    )
    rows = recorded.jobs
    assert rejects == []
    assert (rows.end_s - rows.start_s).tolist() == [3600, 1200, 1200]
    assert [int(at) for at in rows.start_s] == [1793511000, 1793515800, 1793512200]
    assert recorded.counts["other_length"] == 0


def test_an_hour_that_is_skipped_is_no_negative_duration() -> None:
    """New York, 8 March 2026: from 01:30 (06:30Z) to 03:10 (07:10Z) are forty minutes."""
    recorded, rejects = read(
        line(Submit="2026-03-08T01:00:00", Start="2026-03-08T01:30:00", End="2026-03-08T03:10:00", Elapsed="00:40:00"),
        zone="America/New_York",
    )
    assert rejects == []
    assert int((recorded.jobs.end_s - recorded.jobs.start_s)[0]) == 2400


@pytest.mark.parametrize(
    ("zone", "begin", "hours"),
    [
        ("Europe/Berlin", "2026-10-24T10:00:00+02:00", [14, 25, 24]),
        ("Europe/Berlin", "2026-03-28T00:00:00+01:00", [24, 23, 24]),
        ("Asia/Seoul", "2026-10-04T15:00:00+00:00", [24, 24, 24]),
    ],
)
def test_days_are_days_of_the_zone(zone: str, begin: str, hours: list[int]) -> None:
    first = int(datetime.fromisoformat(begin).timestamp())
    with in_zone(zone):
        found = list(days(first, first + sum(hours) * 3600))
    starts = [at for at, _ in found] + [first + sum(hours) * 3600]
    assert [(after - before) // 3600 for before, after in itertools.pairwise(starts)] == hours
    assert [date for _, date in found] == sorted({date for _, date in found})


def test_lines_that_cannot_be_taken_say_why() -> None:
    recorded, rejects = read(
        line(JobID="1", End="2026-10-01T08:00:00", Elapsed=""),
        line(JobID="2", State="SLEEPING"),
        line(JobID="3", NodeList="a[1-"),
        line(JobID="4", Submit="yesterday"),
        line(JobID="5", Submit="Unknown"),
        line(JobID="6", Elapsed="-00:10:00"),
        "7|too|short",
        line(JobID="8"),
    )
    assert [(one.line, one.field, one.reason) for one in sorted(rejects, key=lambda one: one.line)] == [
        (2, "End", "is before Start: a negative duration"),
        (3, "State", "is no state of Slurm that is known"),
        (4, "NodeList", "is no list of nodes"),
        (5, "Submit", "not a date with time"),
        (6, "Submit", "missing"),
        (7, "Elapsed", "is no duration like 1-02:30:00"),
        (8, "", "3 fields, 15 wanted"),
    ]
    assert len(recorded.jobs) == 1


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace("|", ","), "fields stand between ',', not |"),
        (HEAD.replace("|", "\t"), "fields stand between '\\t', not |"),
        ("1|2026-10-01T09:00:00|x|y|z", "has no column JobID, Submit, Start, State, AllocTRES, End"),
        (HEAD.replace("AllocTRES|", ""), "has no column AllocTRES; print it with sacct -aPD"),
        (HEAD.replace("|End|Elapsed|", "|"), "has no column End"),
        ("hello", "the first line is no header of sacct"),
    ],
)
def test_headers_that_lack_something_name_the_command(head: str, said: str) -> None:
    with pytest.raises(TraceError) as error:
        read(line(), head=head)
    assert said.replace("\\t", "\t") in str(error.value).replace("\\t", "\t")
    assert "sacct -aPD -S" in str(error.value)


def test_the_example_is_read_without_a_reject() -> None:
    data = (Path(__file__).resolve().parents[2] / "examples/rate/sacct.txt").read_bytes()
    with in_zone("Asia/Seoul"):
        recorded, draft, place = read_rows(data, "sacct.txt")
    assert draft.rejects == []
    assert "reason" in place
    lines = data.decode().splitlines()[2:]
    assert len(recorded.jobs) == sum("." not in text.split("|")[0] and "gres/" in text for text in lines)
    assert recorded.counts["steps"] == sum("." in text.split("|")[0] for text in lines)


@given(st.binary(max_size=300))
def test_no_bytes_below_a_header_break_the_reader(junk: bytes) -> None:
    with in_zone("Asia/Seoul"):
        recorded, draft, _ = read_rows(HEAD.encode() + b"\n" + line().encode() + b"\n" + junk, "s")
    assert len(recorded.jobs) >= 1
    assert all(reject.line >= 3 for reject in draft.rejects)


@given(st.text(alphabet='NodeName=a1Gres:gpu8|,[]-\n node,accelerators{}"', max_size=120))
def test_no_text_breaks_the_other_readers(text: str) -> None:
    for reader in (read_nodes, read_spells):
        with contextlib.suppress(InputError):
            reader(text, "x")


FIRST = 1_790_000_000
ROWS = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.integers(0, 10**6),
        st.one_of(st.none(), st.integers(0, 10**7)),
        st.integers(1, 64),
        st.sampled_from(("COMPLETED", "FAILED", "TIMEOUT", "NODE_FAIL", "CANCELLED by 7")),
        st.sampled_from(("a1", "a[1-3]", "b[07-09],a2")),
        st.sampled_from(("gres/gpu={0}", "cpu=4,gres/gpu:h100={0},gres/gpu={0},node=1", "gres/npu:rngd={0},gres/npu={0}")),
    ),
    min_size=1,
    max_size=30,
)


@given(ROWS, st.permutations(HEAD.split("|")), st.sampled_from(("UTC", "Asia/Seoul", "Europe/Berlin", "America/St_Johns", "+05:45")))
def test_what_is_written_is_read_whatever_the_order_and_the_zone(rows: list[Any], columns: list[str], zone: str) -> None:
    """Clocks of a zone with summer time included: Elapsed tells the hours that come twice apart."""
    clock = zone_of(zone)

    def wall(at: int) -> str:
        return datetime.fromtimestamp(at, UTC).astimezone(clock).replace(tzinfo=None).isoformat()

    lines = []
    for number, (submit, wait, length, devices, state, nodes, tres) in enumerate(rows):
        start = FIRST + submit + wait
        whole = 3_600 if length is None else length
        days, rest = divmod(whole, 86_400)
        text = line(
            JobID=str(number),
            Submit=wall(FIRST + submit),
            Start=wall(start),
            End="Unknown" if length is None else wall(start + length),
            Elapsed=(f"{days}-" if days else "") + f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}",
            State="RUNNING" if length is None else state,
            AllocTRES=tres.format(devices),
            NodeList=nodes,
        )
        cells = dict(zip(HEAD.split("|"), text.split("|"), strict=True))
        lines.append("|".join(cells[name] for name in columns))
    recorded, rejects = read(*lines, zone=zone, head="|".join(columns))
    found = recorded.jobs
    assert rejects == []
    for row, (submit, wait, length, devices, *_) in enumerate(rows):
        start, whole = FIRST + submit + wait, 3_600 if length is None else length
        assert int(found.milli[row]) == devices * 1000
        assert int(found.known_s[row] - found.start_s[row]) == whole
        assert int(found.start_s[row]) in (start, start - 3_600), "an hour that comes twice, where Elapsed cannot tell: the first"
        if zone not in ("Europe/Berlin", "America/St_Johns"):
            assert (int(found.submit_s[row]), int(found.start_s[row])) == (FIRST + submit, start)
