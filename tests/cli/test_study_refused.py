"""A study whose fleet refuses jobs: the headline, the end and the comparison say so, with how much and why."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dure.adapters.files import load_scenario
from dure.cli.main import main
from dure.cli.study_point import StudyOptions, study_point
from dure.present.numbers import Lang
from dure.present.study_page import page_html
from dure.present.study_tables import beside, comparison, statement
from dure.present.words import Words

SMALL = Path(__file__).resolve().parents[2] / "examples" / "study-small.yaml"
EN, KO = Words(Lang.EN), Words(Lang.KO)


def studied(scale: Fraction) -> dict[str, Any]:
    return study_point("small", load_scenario(SMALL), StudyOptions(days=6, warm_up_days=2, rounds_most=2, scale=scale))


@pytest.fixture(scope="module")
def cut() -> dict[str, Any]:
    """At a twentieth a pool has 8 accelerators at least and jobs up to 56: some fit nowhere."""
    return studied(Fraction(1, 20))


def test_what_was_refused_is_what_the_twin_refuses(cut: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first round by hand: `dure plan fleet`, `dure twin run`, and the jobs of its table of refused ones."""
    path, folder = tmp_path / "fleet.yaml", tmp_path / "run"
    assert main(["plan", "fleet", str(SMALL), "--days", "6", "--scale", "1/20", "-o", str(path)]) == 0
    assert main(["twin", "run", str(path), "-o", str(folder)]) == 0
    capsys.readouterr()
    rejects = (folder / "tables" / "rejects.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert cut["rounds"][0]["refused"] == len(rejects) > 0
    tuning, serving = cut["classes"]
    assert 0 < tuning["refused"] < tuning["jobs"]
    assert 0 < tuning["refused_work"] < tuning["drawn"]
    assert tuning["refused_why"].startswith("asks for 16 accelerators: the largest pool that could run it has ")
    assert (serving["refused"], serving["refused_work"], serving["refused_why"]) == (0, 0, None)


def test_refused_work_is_said_first_and_in_the_comparison(cut: dict[str, Any]) -> None:
    tuning, serving = cut["classes"]
    jobs, last = tuning["jobs"] + serving["jobs"], cut["rounds"][-1]
    said = statement(cut, EN)[1]
    share = EN.percent(tuning["refused_work"] / (tuning["drawn"] + serving["drawn"]))
    assert said.startswith(f"{tuning['refused']} of {jobs} jobs, {share} of the work, were REFUSED")
    assert f"Of all that was asked for users got {EN.percent(last['delivered'] / 300)}." in said
    assert "tuning, for most of it: asks for 16 accelerators" in said
    korean = statement(cut, KO)[1]
    assert korean.startswith(f"작업 {jobs}개 가운데 {tuning['refused']}개(작업량의 {KO.percent(float(share.split()[0]) / 100)})")
    assert "가속기 16개를 요구" in korean
    whole = {**cut, "name": "whole", "classes": [serving], "rounds": [{**last, "refused": 0}]}
    one, two = beside([cut, whole], EN)
    assert one.startswith(f"small: users got {round(last['delivered'])} of 300 asked for ({EN.percent(last['delivered'] / 300)}); ")
    assert "were refused: tuning, for most of it" in one
    assert two.endswith("no job was refused.")
    assert beside([whole, whole], EN) == []
    lead = page_html([cut], EN).split("<section")[0]
    assert "were REFUSED" in lead


def test_a_plan_that_stands_still_on_refused_work_is_not_just_settled(cut: dict[str, Any]) -> None:
    still = {**cut, "ended": "settled", "tolerance": 10.0}
    for say, says in ((EN, "It stands still on a fleet that refuses"), (KO, "거절하는 가속기 군에서 멈춘 것입니다")):
        assert any(says in one for one in statement(still, say))
        assert not any(says in one for one in statement({**still, "rounds": [{**one, "refused": 0} for one in cut["rounds"]]}, say))
    rows = {row[0].raw: [cell.text for cell in row[1:]] for row in comparison([still, still], EN).rows}
    assert rows["ended"] == ["settled, work refused"] * 2
    assert rows["refused"] == [str(cut["rounds"][-1]["refused"])] * 2


def test_tables_of_a_study_are_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One study by the names of its tables, raw figures beneath heads that say seconds."""
    folder, book = tmp_path / "tables", tmp_path / "study.xlsx"
    asked = ["--days", "6", "--warm-up", "2", "--rounds", "1", "--scale", "1/20", "--beside", "none", "--json"]
    assert main(["study", str(SMALL), *asked, "--csv", str(folder), "--xlsx", str(book)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer["wrote"]) == {str(folder), str(book)}
    assert {path.stem for path in folder.iterdir()} >= {"rounds", "classes", "machines"}
    head, *rows = (folder / "classes.csv").read_text(encoding="utf-8").splitlines()
    assert head == "class,asked,planned,delivered,delivered_share,jobs,refused,unstarted,wait_mean_s,wait_p90_s"
    (study,) = answer["studies"]
    assert [row.split(",")[6] for row in rows] == [str(one["refused"]) for one in study["classes"]]
    assert f"{study['inputs'][0]['path']},{study['inputs'][0]['sha256']}" in (folder / "provenance.csv").read_text(encoding="utf-8")
    assert book.read_bytes().startswith(b"PK")


def test_what_refuses_nothing_says_nothing_of_it() -> None:
    row = studied(Fraction(1, 8))
    assert row["rounds"][-1]["refused"] == 0
    assert not any("REFUSED" in one or "refuses" in one for one in statement(row, EN))
    assert "refused" not in {cells[0].raw for cells in comparison([row, row], EN).rows}
    assert json.loads(json.dumps(row)) == row
