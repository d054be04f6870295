"""`dure trace`: what a person sees of a trace, and what a program gets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dure.adapters import traces_cells, traces_draft, traces_parquet, traces_philly, traces_sacct, traces_swf, traces_table
from dure.adapters.profiles import load_profile
from dure.adapters.traces import read_trace
from dure.cli.main import main
from dure.present.phrases_trace import SAID_KO

SWF = "{} {} 0 {} 4 -1 -1 {} 600 -1 1 7 3 -1 1 -1 -1 -1\n"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURE_LANG", "en")


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "small.swf"
    rows = [SWF.format(k, 3_600 * k, 0 if k == 3 else 7_200, 8 if k % 2 else 1) for k in range(10)]
    path.write_text("; UnixStartTime: 1027839845\n" + "".join(rows), encoding="utf-8")
    return path


def dure(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    code = main([str(word) for word in argv])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_info(capsys: pytest.CaptureFixture[str], trace: Path) -> None:
    code, out, err = dure(capsys, "trace", "info", trace, "--capacity", 6)
    assert (code, err) == (0, "")
    assert re.search(r"swf · 9 jobs from\s+10 rows", out)
    assert "2002-07-28 07:04 to 2002-07-28 16:04 UTC (9 h)" in out
    assert "74 accelerator-hours, 8 accelerators on average" in out
    assert "load" in out
    assert "More is asked for than 6 accelerators can give" in out
    assert "4 jobs ask for more than 6 accelerators and can never run." in out
    assert "1 row rejected\n        1  run time: zero\n           line 5: 3 10800 0 0 4" in out


def test_info_in_korean(capsys: pytest.CaptureFixture[str], trace: Path) -> None:
    _, out, _ = dure(capsys, "trace", "info", trace, "--lang", "ko")
    assert "거절한 행 1개\n        1  run time: 0임\n           5행: 3 10800" in out
    assert "10행에서 작업 9개" in " ".join(out.split()), "wherever the line breaks"


def test_info_as_json(capsys: pytest.CaptureFixture[str], trace: Path) -> None:
    _, out, _ = dure(capsys, "trace", "info", trace, "--capacity", 100, "--json")
    found = json.loads(out)
    assert (found["format"], found["jobs"], found["rejected"], found["rows_read"], found["passed_over"]) == ("swf", 9, 1, 10, 1)
    assert found["rejects"] == [
        {"reason": "zero", "field": "run time", "count": 1, "rows": [{"line": 5, "text": SWF.format(3, 10_800, 0, 8).strip()}]}
    ]
    assert found["device_s"] == 7_200 * (4 * 8 + 5)
    assert found["load"] == {
        "capacity": 100,
        "load_ppm": found["device_s"] * 10_000 // 32_400,
        "busiest_week_ppm": found["device_s"] * 10_000 // 32_400,
        "over_subscribed": False,
        "jobs_too_large": 0,
    }
    assert [(row["least"], row["jobs"]) for row in found["sizes"]] == [(1, 5), (8, 4)]
    assert found["sha256"] == read_trace(trace).jobs.sha256()


def test_all_rejects_on_request(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("submit_s,run_s,devices\n1,5,1\n" + "x,5,1\n" * 7, encoding="utf-8")
    assert dure(capsys, "trace", "info", path)[1].count("x,5,1") == 3
    assert dure(capsys, "trace", "info", path, "--all")[1].count("x,5,1") == 7


def test_convert_with_its_rejects(capsys: pytest.CaptureFixture[str], trace: Path, tmp_path: Path) -> None:
    code, out, _ = dure(capsys, "trace", "convert", trace, tmp_path / "t.parquet", "--rejects", tmp_path / "r.csv")
    assert (code, out.splitlines()[1]) == (0, "1 row rejected")
    assert read_trace(tmp_path / "t.parquet").jobs.sha256() == read_trace(trace).jobs.sha256()
    assert (tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()[1].startswith("5,run time,zero,3 10800")
    _, out, _ = dure(capsys, "trace", "convert", trace, tmp_path / "t.csv", "--jobs", 4, "--json")
    assert json.loads(out)["jobs"] == 4
    assert len(read_trace(tmp_path / "t.csv").jobs) == 4
    _, out, _ = dure(capsys, "trace", "convert", trace, tmp_path / "t.csv", "--unstarted", "keep", "--json")
    assert (json.loads(out)["jobs"], json.loads(out)["rejected"]) == (10, 0)


def test_generate_is_the_same_every_time(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    hashes = []
    for name in ("a.csv", "b.parquet"):
        options = ("--load", "90%", "--capacity", 64, "--span", "5d", "--start", "2026-01-05", "--projects", 9, "--seed", 4, "--json")
        _, out, _ = dure(capsys, "trace", "generate", tmp_path / name, *options)
        found = json.loads(out)
        hashes.append(found["sha256"])
        assert (found["profile"], found["seed"], found["load"]["capacity"]) == ("national", 4, 64)
        assert found["load"]["load_ppm"] == pytest.approx(900_000, rel=0.2)
        assert read_trace(tmp_path / name).jobs.run_s.sum() > 0
    assert hashes[0] == hashes[1]


def test_profile_of_a_trace_is_drawn_from(capsys: pytest.CaptureFixture[str], trace: Path, tmp_path: Path) -> None:
    _, out, _ = dure(capsys, "trace", "profile", trace, "-o", tmp_path / "p.csv", "--source", "made up")
    assert out.startswith("12 rows: 2 classes by size and run time, 2 periods of 6 h")
    assert load_profile(str(tmp_path / "p.csv")).source == "made up"
    assert dure(capsys, "trace", "profile", trace, "--source", "made up")[1] == (tmp_path / "p.csv").read_text(encoding="utf-8")
    _, out, _ = dure(capsys, "trace", "generate", tmp_path / "g.csv", "--profile", tmp_path / "p.csv")
    assert out.splitlines()[:2] == [f"9 jobs written to {tmp_path / 'g.csv'}", "drawn from small: made up"]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("info", "none.swf"), "error: none.swf: no such file; check the path\n"),
        (("info", "{trace}", "--capacity", "0"), "error: --capacity cannot be 0; write 1 or more\n"),
        (("convert", "{trace}", "x.txt"), "error: x.txt is neither .csv nor .parquet; the end of the name says which to write\n"),
        (("convert", "{csv}", "{csv}"), "would be written over itself; name another file\n"),
        (("convert", "{trace}", "{csv}"), "is there, and dure did not write it; name another file, or say --force to replace it\n"),
        (("convert", "{trace}", "{csv}", "--rejects", "{trace}"), "is there, and dure did not write it"),
        (("profile", "{csv}", "-o", "{csv}"), "would be written over itself; name another file\n"),
        (("profile", "{trace}", "-o", "{csv}"), "is there, and dure did not write it"),
        (("generate", "{csv}", "--jobs", "5"), "is there, and dure did not write it"),
        (("generate", "none/x.csv", "--jobs", "5"), "none/x.csv: there is no folder none; make it first (mkdir -p none)"),
        (("generate", "x.csv"), "error: say how many: one of --jobs, --per-day and --load; --load needs --capacity\n"),
        (("generate", "x.csv", "--load", "0.9"), "error: say how many"),
        (("generate", "x.csv", "--jobs", "5", "--span", "3x"), "error: --span: 3x is not a duration; write 90s"),
        (("generate", "x.csv", "--jobs", "5", "--profile", "filly"), "error: profile: no profile 'filly'; did you mean philly?\n"),
        (("generate", "x.csv", "--jobs", "-5"), "error: --jobs cannot be -5; write 1 or more"),
    ],
)
def test_mistakes(capsys: pytest.CaptureFixture[str], trace: Path, tmp_path: Path, argv: tuple[str, ...], said: str) -> None:
    table = tmp_path / "t.csv"
    table.write_text("submit_s,run_s,devices\n1,5,1\n", encoding="utf-8")
    code, out, err = dure(capsys, "trace", *(word.format(trace=trace, csv=table) for word in argv))
    assert (code, out) == (2, "")
    assert said in err
    assert table.read_text(encoding="utf-8") == "submit_s,run_s,devices\n1,5,1\n"


@pytest.mark.parametrize("name", ["d.csv", "d.parquet"])
def test_drawn_jobs_say_so_in_every_form_and_others_are_as_recorded(
    name: str, capsys: pytest.CaptureFixture[str], trace: Path, tmp_path: Path
) -> None:
    drawn, again, real = tmp_path / name, tmp_path / f"again-{name}", tmp_path / f"real-{name}"
    for _ in range(2):  # the second time over what dure itself wrote
        assert dure(capsys, "trace", "generate", drawn, "--jobs", 20, "--seed", 3)[0] == 0
    assert dure(capsys, "trace", "convert", drawn, again)[0] == 0
    for path in (drawn, again):
        out = dure(capsys, "trace", "info", path)[1]
        assert "simulated: dure drew these jobs (drawn from profile national, seed 3)" in out
        assert "By accelerators asked for (simulated)" in out
        assert read_trace(path).jobs.sha256() == read_trace(drawn).jobs.sha256()
    assert json.loads(dure(capsys, "trace", "info", drawn, "--json")[1])["origin"]["word"] == "simulated"
    assert "모의: dure가 뽑은 작업입니다 (national 프로필, 시드 3)" in dure(capsys, "trace", "info", drawn, "--lang", "ko")[1]
    assert dure(capsys, "trace", "convert", trace, real)[0] == 0
    assert "as recorded, converted from small.swf (swf)" in dure(capsys, "trace", "info", real)[1]
    out = dure(capsys, "trace", "info", trace)[1]
    assert "as recorded: where the records come from" in out
    assert "measured" not in out


def test_everything_that_readers_say_has_its_korean() -> None:
    """Reasons and notes stand as texts in the readers; each must match a pattern, or contain a figure that one expects."""
    quoted = re.compile(r"""(?:refuse\([^\n]*?, |return |reason = |notes\.append\(\s*)f?"([^"]+)\"""")
    said = set()
    for module in (traces_cells, traces_draft, traces_parquet, traces_philly, traces_sacct, traces_swf, traces_table):
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        said |= {re.sub(r"\{'([^']+)' if [^}]*\}", r"\1", one) for one in quoted.findall(text)}  # one of singular and plural
    filled = {re.sub(r"\{[^}]*\}", "7", text.replace("{earlier}", "rows were")) for text in said}
    words = [text for text in sorted(filled) if text.count(" ") and text.strip(", ")]
    assert len(words) > 20
    missing = [text for text in words if text != "run time" and not any(re.fullmatch(pattern, text) for pattern, _ in SAID_KO)]
    assert missing == []


def test_how_jobs_ended_is_unknown_where_the_file_does_not_say(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path, copy = tmp_path / "t.csv", tmp_path / "copy.csv"
    path.write_text("submit_s,run_s,devices\n1,5,1\n", encoding="utf-8")
    assert "the file does not say how jobs ended" in dure(capsys, "trace", "info", path)[1]
    assert json.loads(dure(capsys, "trace", "info", path, "--json")[1])["outcomes"] is None
    dure(capsys, "trace", "convert", path, copy)
    assert "outcome" not in copy.read_text(encoding="utf-8")
    path.write_text("submit_s,run_s,devices,outcome\n1,5,1,failed\n", encoding="utf-8")
    assert "0 completed, 1 failed, 0 cancelled" in dure(capsys, "trace", "info", path)[1]
