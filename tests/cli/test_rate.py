"""`dure rate`: from what Slurm prints to both rates; what records do not tell is unknown, never 0."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from dure.cli.main import main
from dure.model.reasons import CAUSES

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "rate"
SACCT, NODES, EVENTS = (str(EXAMPLES / f"{name}.txt") for name in ("sacct", "nodes", "events"))
WEEK = ["--from", "2026-10-05", "--to", "2026-10-12"]
HEAD = "JobID|Submit|Start|End|State|AllocTRES|NodeList|User"


def put(folder: Path, name: str, *lines: str) -> str:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    assert main(["rate", *argv, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def small(folder: Path) -> tuple[str, str]:
    """One node of two for a thousand seconds: 2 for 100 s, 1 for 400 s of which the last ends at the time limit."""
    records = put(
        folder,
        "sacct.txt",
        HEAD,
        "1|2026-10-01T09:00:00|2026-10-01T09:00:00|2026-10-01T09:01:40|COMPLETED|gres/gpu=2|n1|kim",
        "2|2026-10-01T09:00:00|2026-10-01T09:01:40|2026-10-01T09:08:20|TIMEOUT|gres/gpu=1|n1|lee",
    )
    return records, put(folder, "nodes.csv", "node,accelerators,model", "n1,2,h100")


SPAN = ["--from", "2026-10-01T09:00:00", "--to", "2026-10-01T09:16:40"]


def test_a_thousand_seconds_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2,000 device-seconds: 200 kept, 400 lost to the limit, 1,400 free; row 2 waited beside nothing free."""
    found = said(capsys, *small(tmp_path)[:1], "--nodes", small(tmp_path)[1], *SPAN, "--complete", "--assume-up")
    flow = {name: value for name, value in found["waterfall"].items() if value}
    assert flow == {
        **dict.fromkeys(("contracted_s", "installed_s", "powered_s", "available_s"), 2000),
        "busy_s": 600,
        "productive_s": 200,
        "no_demand_s": 1400,
        "job_error_s": 400,
    }
    assert found["rates"] == {
        "operating_rate": 0.3,
        "occupancy": 0.3,
        "occupancy_least": 0.3,
        "occupancy_most": 0.3,
        "goodput_rate": 0.1,
        "goodput_most": 0.3,
    }
    assert found["word"] == "assumed"
    users = {row["user"]: row["busy_s"] for row in found["tables"]["users"]["rows"]}
    assert users == {"kim": 200, "lee": 400}
    waits = found["tables"]["waits"]["rows"]
    assert [(row["devices"], row["mean_s"]) for row in waits] == [("1", 100.0), ("2-7", 0.0)]


def test_without_events_occupancy_is_unknown_between_its_bounds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records, nodes = small(tmp_path)
    found = said(capsys, records, "--nodes", nodes, *SPAN, "--complete")
    assert found["waterfall"]["unobserved_s"] == 1400
    assert [found["rates"][key] for key in ("operating_rate", "occupancy", "occupancy_least", "occupancy_most")] == [0.3, None, 0.3, 1.0]
    assert found["coverage"]["known"] == 0.3
    assert main(["rate", records, "--nodes", nodes, *SPAN, "--complete"]) == 0
    assert "occupancy unknown, 30.0 % to 100.0 %" in capsys.readouterr().out


def test_who_assumes_that_nodes_were_up_is_not_told_the_flattering_end_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beyond the reach of the records free time is unobserved whatever is assumed: 600 s are busy of what may be 600 or 2,000."""
    records, nodes = small(tmp_path)
    found = said(capsys, records, "--nodes", nodes, *SPAN, "--assume-up")
    assert [found["rates"][key] for key in ("occupancy", "occupancy_least", "occupancy_most")] == [None, 0.3, 1.0]
    assert found["models"]["h100"]["occupancy"] is None
    assert found["tables"]["days"]["rows"][0]["occupancy"] is None
    assert main(["rate", records, "--nodes", nodes, *SPAN, "--assume-up"]) == 0
    out = capsys.readouterr().out
    assert out.count("30.0 % to 100.0 %") == 4, "the headline, the fleet, its model and the day"
    assert "occupancy 100.0 %" not in out


def test_lines_that_could_not_be_taken_have_room(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = "3|2026-10-01T09:00:00|2026-10-01T10:00:00|2026-10-01T08:00:00|COMPLETED|gres/gpu=4|n1|kim"
    records = put(tmp_path, "s.txt", *Path(small(tmp_path)[0]).read_text(encoding="utf-8").splitlines(), bad)
    assert main(["rate", records, *SPAN]) == 0
    out = capsys.readouterr().out
    assert "End: is before Start: a negative duration      1" in out
    assert out.startswith("s.txt: what happened"), "the file by its whole name"


def test_standard_input_is_called_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for lang, what in (("en", "standard input:1: "), ("ko", "표준 입력:1: ")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"JobID\n1\n")))
        assert main(["--lang", lang, "rate", "-"]) == 2
        assert what in capsys.readouterr().err


def test_without_nodes_rates_are_unknown_not_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = said(capsys, small(tmp_path)[0], *SPAN)
    assert found["waterfall"] is None
    assert set(found["rates"].values()) == {None}
    assert found["busy_s"] == 600
    assert "no_nodes" in [note["note"] for note in found["notes"]]


def test_beyond_its_reach_the_file_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first end is 09:01:40 and no row begins later: no second is sure to hold every job, so all free time is unobserved."""
    records, nodes = small(tmp_path)
    found = said(capsys, records, "--nodes", nodes, *SPAN, "--assume-up")
    assert found["waterfall"]["unobserved_s"] == 1400
    assert found["coverage"]["reached"] == 0.0
    assert "no_reach" in [note["note"] for note in found["notes"]]
    assert main(["rate", records, "--nodes", nodes, "--assume-up"]) == 2
    assert "the records do not say which time they are of" in capsys.readouterr().err


def test_more_than_a_node_has_is_overlap_and_strangers_are_outside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = put(
        tmp_path,
        "sacct.txt",
        HEAD,
        "1|2026-10-01T09:00:00|2026-10-01T09:00:00|2026-10-01T09:10:00|COMPLETED|gres/gpu=2|n1|kim",
        "2|2026-10-01T09:00:00|2026-10-01T09:05:00|2026-10-01T09:10:00|COMPLETED|gres/gpu=2|n1|lee",
        "3|2026-10-01T09:00:00|2026-10-01T09:05:00|2026-10-01T09:10:00|COMPLETED|gres/gpu=4|n[1,8]|lee",
    )
    nodes = put(tmp_path, "nodes.csv", "node,accelerators,model", "n1,2,h100")
    found = said(capsys, records, "--nodes", nodes, *SPAN, "--complete", "--assume-up")
    assert found["busy_s"] == 1200
    assert found["overlap_s"] == 2 * 300 + 2 * 300
    assert found["outside_s"] == {"n8": 2 * 300}
    assert {"overlap", "outside"} <= {note["note"] for note in found["notes"]}


def test_the_example_adds_up_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    found = said(capsys, SACCT, "--nodes", NODES, "--events", EVENTS, *WEEK)
    flow = found["waterfall"]
    assert flow["contracted_s"] == 48 * 7 * 86_400
    assert flow["contracted_s"] - sum(flow[cause.column] for cause in CAUSES) == flow["productive_s"]
    assert flow["busy_s"] == found["busy_s"] == sum(row["busy_s"] for row in found["tables"]["days"]["rows"])
    for key in ("users", "accounts", "partitions", "asked", "states"):
        assert sum(row["busy_s"] for row in found["tables"][key]["rows"]) == flow["busy_s"], key
    assert found["word"] == "simulated"
    assert sum(flow[name] for name in ("failed_s", "maintenance_s", "rework_s", "overhead_s")) > 0
    assert found["overlap_s"] == 0
    assert len(found["tables"]["days"]["rows"]) == 7


def test_a_page_a_workbook_and_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, book, folder = tmp_path / "r.html", tmp_path / "r.xlsx", tmp_path / "tables"
    assert (
        main(
            [
                "--lang",
                "ko",
                "rate",
                SACCT,
                "--nodes",
                NODES,
                "--events",
                EVENTS,
                *WEEK,
                "-o",
                str(page),
                "--xlsx",
                str(book),
                "--csv",
                str(folder),
            ]
        )
        == 0
    )
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 3
    assert "가동률" in text
    assert "만든 기록입니다" in text
    assert "http" not in text.replace("http://www.w3.org", "")
    assert book.stat().st_size > 5_000
    assert (folder / "days.csv").read_text(encoding="utf-8").startswith("day,installed_s,available_s,busy_s,operating_rate")
    assert "썼습니다" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        (["--nodes", "other.csv"], "none of the 1 nodes that jobs ran on (n1 …) is in it"),
        (["--from", "soon"], "'soon' is no date"),
        (["--from", "2026-10-02", "--to", "2026-10-01"], "--from is not before --to"),
        (["--complete"], "--complete holds for a span"),
        (["--zone", "Mars/Base"], "no time zone 'Mars/Base' is known"),
        (["--from", "1990-01-01", "--to", "2026-10-01"], "longer than ten years"),
        (["--top", "0"], "--top cannot be 0"),
        (["-o", "page.txt"], "is no .html file"),
        (["--events", "nodes.csv"], "is no header of node events or reservations"),
    ],
)
def test_mistakes_name_a_remedy(
    argv: list[str], what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    records, _ = small(tmp_path)
    put(tmp_path, "other.csv", "node,accelerators,model", "m1,2,h100")
    monkeypatch.chdir(tmp_path)
    assert main(["rate", records, *argv]) == 2
    assert what in capsys.readouterr().err
    assert main(["--lang", "ko", "rate", records, *argv]) == 2
    korean = capsys.readouterr().err
    assert what not in korean
    assert any("가" <= char <= "힣" for char in korean)


def test_columns_that_lack_name_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = put(tmp_path, "nodes.csv", "node,accelerators,model", "n1,2,h100")
    for head, what in (
        (HEAD.replace("|NodeList", ""), "has no column NodeList"),
        (HEAD.replace("|", ","), "fields stand between ',', not |"),
    ):
        width = head.count("|")
        records = put(
            tmp_path, "cut.txt", head, "|".join(["1", *["2026-10-01T09:00:00"] * 3, "COMPLETED", "gres/gpu=1", "kim"][: width + 1])
        )
        assert main(["rate", records, "--nodes", nodes]) == 2
        said = capsys.readouterr().err
        assert what in said
        assert "sacct -aPD" in said


def test_accelerators_that_nobody_wrote_down_are_no_rate_of_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = put(tmp_path, "s.txt", HEAD, "1|2026-10-01T09:00:00|2026-10-01T09:00:00|2026-10-01T09:10:00|COMPLETED|cpu=2|n1|kim")
    nodes = put(tmp_path, "nodes.csv", "node,accelerators,model", "n1,2,h100")
    assert main(["rate", records, "--nodes", nodes, *SPAN]) == 2
    assert "AccountingStorageTRES" in capsys.readouterr().err
    assert main(["rate", records, *SPAN]) == 0


def test_restarts_without_their_earlier_attempts_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = "1|2026-10-01T09:00:00|2026-10-01T09:00:00|2026-10-01T09:10:00|COMPLETED|gres/gpu=2|n1|kim|2"
    records = put(tmp_path, "s.txt", f"{HEAD}|Restarts", row)
    notes = {note["note"]: note for note in said(capsys, records, *SPAN)["notes"]}
    assert notes["restarted"]["count"] == 1
    assert "no_duplicates" not in notes


def test_a_month_of_days_stands_in_files_not_on_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    month = ["--from", "2026-10-01", "--to", "2026-11-01", "--complete", "--assume-up"]
    records, nodes = small(tmp_path)
    assert main(["rate", records, "--nodes", nodes, *month]) == 0
    out = capsys.readouterr().out
    assert "31 days are more than a terminal shows" in out
    assert "2026-10-07" not in out
    assert len(said(capsys, records, "--nodes", nodes, *month)["tables"]["days"]["rows"]) == 31
