from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.cli.main import main
from dure.cli.validation_rows import rows as known_rows


def test_drawn_clusters_hold_to_their_published_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "T12.kalos", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 7
    assert all({"id", "published", "ours", "error", "tolerance", "ok", "source"} <= set(row) for row in rows)
    assert all(row["ok"] is True for row in rows)


def test_a_missing_trace_is_named_and_fails_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "T1.fcfs", "--shared", str(tmp_path)]) == 0
    page = capsys.readouterr().out
    assert "needs" in page
    assert "needs traces/swf/hpc2n.swf" in page
    assert "0 held · 0 missed · 2 without their file" in page
    assert main(["validate", "T1.fcfs", "--shared", str(tmp_path), "--lang", "ko"]) == 0
    assert "파일 없음 2" in capsys.readouterr().out


def test_an_unknown_answer_names_the_known_families(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "T99"]) == 2
    assert "known: P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, P13, PROFILE, RATE, T1, T2, T11, T12" in capsys.readouterr().err


@pytest.mark.system
def test_every_known_answer_is_held(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["validate", "--shared", str(shared), "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows if row["ok"] is not True] == []
    assert code == 0


def test_what_an_answer_is_held_against_is_said_and_only_the_published_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    kinds: dict[str, set[str]] = {}
    for row in known_rows():
        kinds.setdefault(row.id.split(".")[0], set()).add(row.reference)
    others = {"T2": {"closed form"}, "T11": {"identity"}, "P11": {"identity"}, "RATE": {"identity"}, "PROFILE": {"own replay"}}
    others |= {"P1": {"by hand"}, "P2": {"by hand"}, "P3": {"by hand"}, "P4": {"by hand"}, "P6": {"closed form"}}
    others |= {"P7": {"own input", "by hand"}, "P9": {"published", "by hand"}, "P10": {"closed form"}, "P12": {"by hand"}}
    assert {name: kind for name, kind in kinds.items() if kind != {"published"}} == others
    numbers = [int(name[1:]) for name in kinds if name[1:].isdigit() and name[0] == "P"]
    assert numbers == sorted(numbers), "P2 stands before P10"
    assert {"T1", "T12"} | {f"P{n}" for n in (1, 2, 3, 4, 5, 6, 7, 9, 12)} <= kinds.keys()
    assert main(["validate", "PROFILE.448", "T12.kalos.size50", "--shared", "/nowhere", "--json"]) == 0
    found = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert {(row["reference"], row["published"]) for row in found.values()} == {("own replay", None), ("published", 1.0)}
    assert main(["validate", "PROFILE.448", "T12.kalos.run50", "--shared", "/nowhere", "--lang", "ko"]) == 0
    page = capsys.readouterr().out
    assert "자체 재현" in page
    assert "AcmeTrace 클러스터 요약" in page
    assert "124초" in page


@pytest.mark.system
def test_no_queue_is_held_to_an_interval_as_wide_as_its_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "T2", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["id"]: row["tolerance"] / row["held_to"] for row in rows if row["tolerance"] > 0.3 * row["held_to"]} == {}
