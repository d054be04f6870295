"""Whatever bytes a file holds, a reader returns a TraceRead in which every line is accounted for, or raises TraceError: nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dure.adapters import traces_cells
from dure.adapters.traces import Format, read_trace
from dure.model.errors import TraceError
from dure.wire.tables import TraceRead

CELLS = [
    *("", "0", "1", "-1", "7", "66.0", "0.4", "1e3", "nan", "inf", "-inf", "99999999999999999999", "1_0", "0x1f", "+5", " 8 ", "٣"),
    *("2017-10-09 07:01:55", "2017-10-09T07:01:55Z", "2017-02-30 00:00:00", "2026-01-01T00:00:00+09:00", "Unknown", "None", "00:00:10"),
    *("1-02:03:04", "COMPLETED", "CANCELLED by 7", "RUNNING", "gres/gpu=4", "gres/gpu:a100=4,gres/gpu=4", "cpu=4", "12_[3-5]", "12.batch"),
    *(
        "normal",
        "training",
        "prefer",
        "failed",
        "h100|h200",
        '"quo""ted, cell"',
        '"open',
        "서울",
        "\ufeff",
        "\x00",
        "\x1c",
        "x" * 70,
        "y" * 1100,
    ),
]
HEADERS: dict[Format, tuple[str, str]] = {
    "swf": (" ", "; UnixStartTime: 9"),
    "philly": (",", "timestamp,duration,num_gpus,gpu_time,cluster"),
    "csv": (",", "job_id,submit_s,run_s,devices,project,training"),
    "sacct": ("|", "JobID|Submit|Start|Elapsed|Timelimit|State|AllocTRES|Account|QOS"),
}
GOOD = {
    "swf": "{} 5 0 60 4 -1 -1 2 600 -1 1 7 3 -1 1 -1 -1 -1",
    "philly": "2017-10-09 07:01:55,66.0,1,66.0,vc{}",
    "csv": "{},5,60,8,univ,training",
    "sacct": "{}|2026-01-05T09:00:00|2026-01-05T09:10:00|01:00:00|UNLIMITED|COMPLETED|gres/gpu=8|univ|normal",
}
WIDTH = {"swf": 18, "philly": 5, "csv": 6, "sacct": 9}


@st.composite
def files(draw: st.DrawFn, form: Format) -> bytes:
    """A header and lines that are good, spoilt in one cell, of any cells, or no lines at all."""
    delimiter, header = HEADERS[form]
    lines = [header.encode()]
    for k in range(draw(st.integers(0, 12))):
        cells = GOOD[form].format(draw(st.integers(0, 9)) if draw(st.booleans()) else k + 10).split(delimiter)
        how = draw(st.sampled_from(["good", "spoilt", "short", "cells", "bytes", "blank"]))
        if how == "spoilt":
            cells[draw(st.integers(0, len(cells) - 1))] = draw(st.sampled_from(CELLS))
        elif how == "short":
            cells = cells[: draw(st.integers(0, len(cells)))]
        elif how == "cells":
            cells = draw(st.lists(st.sampled_from(CELLS), min_size=WIDTH[form] - 1, max_size=WIDTH[form] + 1))
        raw = delimiter.join(cells).encode("utf-8", "surrogatepass")
        if how == "bytes":
            raw = draw(st.binary(max_size=40)).replace(b"\n", b"")
        elif how == "blank":
            raw = draw(st.sampled_from([b"", b"# note", b"; note", b"  "]))
        lines.append(raw + (b"\r" if draw(st.integers(0, 5)) == 0 else b""))
    data = b"\n".join(lines) + (b"\n" if draw(st.booleans()) else b"")
    return data[: draw(st.integers(1, len(data)))] if draw(st.integers(0, 4)) == 0 else data


def lines_of(data: bytes) -> int:
    return data.count(b"\n") + (not data.endswith(b"\n"))


def read_or_error(folder: Path, data: bytes, form: Format) -> TraceRead | None:
    """None where the reader raises TraceError; that error names the file and a remedy."""
    path = folder / "t"
    path.write_bytes(data)
    caught = None
    try:
        return read_trace(path, form, unstarted="keep")
    except TraceError as error:
        caught = error
    assert caught.where.file == str(path)
    assert caught.remedy
    return None


def accounted(folder: Path, data: bytes, form: Format) -> TraceRead | None:
    found = read_or_error(folder, data, form)
    if found is None:
        return None
    jobs = found.jobs
    assert len(jobs) + len(found.rejects) == found.rows_read
    assert found.rows_read + found.passed_over == lines_of(data)
    assert len({reject.line for reject in found.rejects}) == len(found.rejects), "a line is refused once"
    assert all(reject.reason and len(reject.text) <= 80 for reject in found.rejects)
    assert (np.diff(jobs.submit_s) >= 0).all()
    assert len(np.unique(jobs.job_id)) == len(jobs)
    return found


@pytest.mark.parametrize("form", list(HEADERS))
def test_spoilt_files(tmp_path_factory: pytest.TempPathFactory, form: Format) -> None:
    folder = tmp_path_factory.mktemp(form)

    @settings(max_examples=150)
    @given(files(form))
    def run(data: bytes) -> None:
        accounted(folder, data, form)

    run()


@pytest.mark.parametrize("form", [*HEADERS, "parquet", "auto"])
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, form: Format) -> None:
    folder = tmp_path_factory.mktemp(form)

    @settings(max_examples=60)
    @given(st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(lambda tail: b"PAR1" + tail + b"PAR1")))
    @example(b"\x1f\x8b\x08")
    @example(b"\xff\xfe1\x00")
    def run(data: bytes) -> None:
        read_or_error(folder, data, form)

    run()


@pytest.mark.parametrize("form", list(HEADERS))
def test_chunks_do_not_show(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, form: Format) -> None:
    """The same file in pieces of 64 bytes gives the same jobs and the same rejects."""
    folder = tmp_path_factory.mktemp(form)

    @settings(max_examples=60)
    @given(files(form))
    @example(b"job_id,submit_s,run_s,devices,project,training\n" + b"\n" * 70 + b"0.4,5,60,8,univ,training\n")
    def run(data: bytes) -> None:
        monkeypatch.setattr(traces_cells, "CHUNK", 1_000_000)
        whole = accounted(folder, data, form)
        monkeypatch.setattr(traces_cells, "CHUNK", 64)
        pieces = accounted(folder, data, form)
        assert (whole is None) == (pieces is None)
        if whole and pieces:
            assert whole.jobs.sha256() == pieces.jobs.sha256()
            assert whole.rejects == pieces.rejects

    run()
