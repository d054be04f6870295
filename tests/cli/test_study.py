"""`dure study` and `dure plan fleet`: the whole way, on the small example and a few days."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dure.cli.main import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SMALL = str(EXAMPLES / "study-small.yaml")
SHORT = ["--days", "6", "--warm-up", "2", "--rounds", "3"]


def answer(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> dict:
    assert main([*argv, "--json"]) == code
    found: dict = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture(scope="module")
def small() -> dict:
    """The study of the small example over six days, by the way that the command goes."""
    from dure.adapters.files import load_scenario
    from dure.cli.study_point import StudyOptions, study_point

    return study_point("small", load_scenario(SMALL), StudyOptions(days=6, warm_up_days=2, rounds_most=3))


def test_the_plan_that_counted_on_every_hour_buys_more(small: dict) -> None:
    first, last = small["rounds"][0], small["rounds"][-1]
    assert first["usable"] == 1.0
    assert last["usable"] < 1.0
    assert last["ordered"] > first["ordered"]
    assert first["asked"] == first["planned"] == 300
    assert all(one["delivered"] <= one["asked"] * 1.1 for one in small["rounds"])
    assert [one["class"] for one in small["classes"]] == ["tuning", "serving"] or len(small["classes"]) == 2


def test_totals_are_sums_of_classes_and_rates_are_of_the_machines(small: dict) -> None:
    last = small["rounds"][-1]
    for key in ("asked", "planned", "delivered"):
        assert abs(sum(one[key] for one in small["classes"]) - last[key]) < 0.01
    installed = sum(one["installed"] for one in small["machines"])
    assert abs(sum(one["installed"] * one["operating_rate"] for one in small["machines"]) / installed - last["operating_rate"]) < 1e-5
    assert last["in_service"] == installed
    work = sum(one["installed"] * one["goodput_rate"] for one in small["machines"])
    speeds = [one["speed"] for one in small["speeds"]]
    assert min(speeds) * work <= last["delivered"] <= max(speeds) * work


def test_cost_is_price_over_life_and_running(small: dict) -> None:
    """The won of an hour: a year of the fleet over the hours that users got."""
    cost, delivered = small["cost"], small["rounds"][-1]["delivered"]
    assert cost["won_per_delivered_hour"] == pytest.approx(cost["fleet_won_year"] / 8760 / delivered, rel=1e-3)
    assert cost["capex_won"] / 4 < cost["fleet_won_year"] < cost["capex_won"]


def test_a_fleet_that_is_written_is_the_fleet_that_is_studied(small: dict, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`dure plan fleet` and `dure twin run` by hand give the events of the first round, row by row."""
    path = tmp_path / "fleet.yaml"
    made = answer(capsys, "plan", "fleet", SMALL, "--days", "6", "-o", str(path))
    assert (made["accelerators"], made["refused_by"], made["period"]) == (small["rounds"][0]["in_service"], [], "2027")
    run = answer(capsys, "twin", "run", str(path), "-o", str(tmp_path / "run"))
    assert run["hash"] == small["rounds"][0]["hash"]
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# dure plan fleet")
    assert "SIMULATED" in text
    assert main(["check", str(path)]) == 0


def test_threads_change_nothing_and_a_point_that_fails_loses_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    sweep = [
        "--sweep",
        "plan.purchase.demand[tuning].accelerators.2027=150,0,200",
        "--set",
        "plan.purchase.demand[serving].accelerators.2027=0",
    ]
    one, two = (answer(capsys, "study", SMALL, *SHORT, *sweep, "--workers", n, code=2)["studies"] for n in ("1", "3"))
    assert one == two
    assert ["failed" in row for row in one] == [False, True, False]
    assert [row["name"] for row in one] == ["accelerators.2027=150", "accelerators.2027=0", "accelerators.2027=200"]
    assert one[1]["failed"][0]["what"] == "nothing is asked for in 2027"


def test_candidates_stand_beside_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    pricey = "pricey=plan.cost.prices[1].price=4200만,plan.purchase.usable=90%"
    found = answer(capsys, "study", SMALL, *SHORT, "--candidate", pricey)
    assert [one["name"] for one in found["studies"]] == ["study-small", "pricey"]
    assert found["same_jobs"]
    assert found["studies"][1]["rounds"][0]["usable"] == 0.9


def test_one_vendor_alone_has_no_more_money(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "study", SMALL, *SHORT, "--beside", "nvidia")
    mixed, alone = found["studies"]
    assert {one["vendor"] for one in alone["machines"]} <= {"NVIDIA"}
    assert alone["name"] == "nvidia alone"
    if alone["cost"]:
        assert alone["cost"]["capex_won"] <= mixed["cost"]["capex_won"]


def test_text_and_page_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "study.html"
    assert main(["study", SMALL, *SHORT, "--output", str(page)]) == 0
    said = capsys.readouterr().out
    assert "study of a purchase plan (simulated)" in said
    assert "seed 1" in said
    assert "Price of" not in said
    html = page.read_text(encoding="utf-8")
    assert 'content="dure 0' in html
    assert html.count("<svg") == 2, "classes and rounds: there is one candidate"
    assert "<script" not in html
    assert "price of accelerators (nvidia-h200)" in html
    assert main(["study", SMALL, *SHORT, "--lang", "ko"]) == 0
    korean = capsys.readouterr().out
    assert "이용자가 받은 것, 종류별 (모의)" in korean
    assert "미세조정" in korean


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--scale", "3"], "--scale: 3 is no scale"),
        (["--at", "2050-01-01"], "2050-01-01 lies outside the plan"),
        (["--at", "soon"], "--at: soon"),
        (["--at", "2026-01-01"], "nothing is asked for in 2026"),
        (["--days", "3", "--warm-up", "3"], "--warm-up: 3 of 3 days are not measured"),
        (["--wait", "long"], "--wait: long"),
        (["--candidate", "x"], "--candidate: `x` is no candidate"),
        (["--sweep", "x="], "--sweep: `x=` sweeps nothing"),
        (["--beside", "acme"], "no machine is of acme"),
        (["--dask", "tcp://127.0.0.1:1"], "--dask: "),
    ],
)
def test_what_is_wrong_is_named(argv: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.adapters.runners.CONNECT_S", 1)
    assert main(["study", SMALL, *argv]) == 2
    assert said in "".join(capsys.readouterr())


def test_without_dask_the_remedy_is_said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    assert main(["study", SMALL, "--dask", "tcp://127.0.0.1:1"]) == 2
    assert "pip install dure[cluster]" in capsys.readouterr().err


def test_a_plan_without_purchase_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", str(EXAMPLES / "quickstart.yaml")]) == 2
    assert "asks for no purchase" in capsys.readouterr().err


def test_the_pictures_hold_the_figures_of_the_tables(small: dict) -> None:
    """Every round and class of the rows is in the picture, in both languages, and one candidate alone is not compared."""
    from dure.present.numbers import Lang
    from dure.present.study_charts import pictures
    from dure.present.words import Words

    for lang in Lang:
        made = pictures([small], Words(lang))
        assert list(made) == ["classes_1", "rounds_1"]
        drawn = [row["value"] for row in made["classes_1"].spec["data"]["values"]]
        assert drawn == [one[key] for one in small["classes"] for key in ("asked", "planned", "delivered")]
        left, right = made["rounds_1"].spec["hconcat"]
        counted = [(row["round"], row["colour"], row["value"]) for row in left["data"]["values"]]
        assert counted == [(one["round"], name, value) for one in small["rounds"] for name, value in one["counted_on_by_machine"].items()]
        assert {row["round"] for row in right["data"]["values"]} == {one["round"] for one in small["rounds"]}
        two = pictures([small, small | {"name": "NVIDIA alone", "only": "NVIDIA"}], Words(lang))
        named = [row["name"] for row in two["candidates"].spec["hconcat"][0]["data"]["values"]]
        assert named == ["small", "NVIDIA만" if lang is Lang.KO else "NVIDIA alone"]


def test_what_is_counted_on_by_machine_makes_the_mean(small: dict) -> None:
    for one in small["rounds"]:
        there = one["in_service_by_machine"]
        mean = sum(count * one["counted_on_by_machine"][name] for name, count in there.items()) / sum(there.values())
        assert mean == pytest.approx(one["usable"], abs=0.001)


SERVICE = "demand.services=[{name: chat, project: p, workload: llm-inference-small, %s, constraint: %s}]"
PEOPLE = "programme.organisations=[{name: o, projects: [{name: p}]}]"


@pytest.mark.parametrize(
    ("rate", "constraint", "left"),
    [
        ("requests_per_s: 20, tokens_per_request: 400", "nvidia|amd", None),
        ("requests_per_s: {peak: 30, trough: 10}, tokens_per_request: 400, headroom: 20%", "any", None),
        ("replicas: 4", "any", "replicas"),
        ("requests_per_s: 20, tokens_per_request: 400", "domestic", "machine"),
    ],
)
def test_a_service_is_a_part_of_what_its_class_asks_for(rate: str, constraint: str, left: str | None) -> None:
    """Its work in reference accelerators, by hand: tokens a second over what one reference accelerator writes; jobs make up the rest."""
    from dure.adapters.files import load_scenario
    from dure.adapters.scenario_models import scenario_models
    from dure.cli.study_point import StudyOptions, study_point
    from dure.plant.serving import TOKENS, reference_rate

    loaded = load_scenario(SMALL, (PEOPLE, SERVICE % (rate, constraint)))
    found = study_point("small", loaded, StudyOptions(days=6, warm_up_days=2, rounds_most=1))
    (one,) = found["services"]
    serving = next(row for row in found["classes"] if row["class"] == "serving")
    assert one["left_out"] == left
    assert serving["asked"] == 100
    if left == "replicas":
        assert one["asked"] is None
        return
    known = reference_rate(scenario_models(loaded).speeds, "llm-inference-small", TOKENS)
    assert known is not None
    if "peak" not in rate:
        assert one["asked"] == pytest.approx(20 * 400 * 1e6 / known.micro_per_s, rel=1e-3)
    else:
        assert 10 * 400e6 / known.micro_per_s < one["asked"] < 30 * 400e6 / known.micro_per_s
    assert serving["drawn"] == pytest.approx(100, rel=0.05), "jobs and the service together ask for what the class asks for"
    assert one["answered_share"] == (0.0 if left else pytest.approx(1.0, abs=0.02))
    if left:
        assert one["delivered"] == 0.0


def test_a_page_that_is_not_ours_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "mine.html"
    page.write_text("my notes", encoding="utf-8")
    assert main(["study", SMALL, *SHORT, "--output", str(page)]) == 2
    assert "dure did not write it" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "my notes"
