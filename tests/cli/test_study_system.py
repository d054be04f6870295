"""Studies that take longer: on a real Dask cluster, and the plan of the nation at a fiftieth."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from dure.cli.main import main

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SMALL = str(EXAMPLES / "study-small.yaml")

pytestmark = pytest.mark.system


def answer(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> list[dict]:
    assert main([*argv, "--json"]) == code
    found: list[dict] = json.loads(capsys.readouterr().out)["studies"]
    return found


@pytest.mark.filterwarnings("default")  # what Dask warns of is Dask's
def test_a_cluster_answers_as_threads_do(capsys: pytest.CaptureFixture[str]) -> None:
    distributed = pytest.importorskip("distributed")
    argv = ["study", SMALL, "--days", "6", "--warm-up", "2", "--rounds", "3"]
    argv += ["--sweep", "plan.purchase.demand[tuning].accelerators.2027=100,0,200,300"]
    argv += ["--set", "plan.purchase.demand[serving].accelerators.2027=0"]
    threads = answer(capsys, *argv, "--workers", "2", code=2)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL) as cluster:
        assert answer(capsys, *argv, "--dask", cluster.scheduler_address, code=2) == threads
    assert ["failed" in row for row in threads] == [False, True, False, False]
    ordered = [row["rounds"][-1]["ordered"] for row in threads if "failed" not in row]
    assert ordered == sorted(ordered)
    assert len(set(ordered)) == 3


def test_a_cluster_without_a_worker_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=0, dashboard_address=None, processes=False, silence_logs=logging.CRITICAL) as cluster:
        assert main(["study", SMALL, "--dask", cluster.scheduler_address]) == 2
    assert "has no worker" in capsys.readouterr().err


def test_the_plan_of_the_nation_beside_one_vendor(capsys: pytest.CaptureFixture[str]) -> None:
    """The plan settles in a period that is tight, and both candidates are asked for the same jobs, the service among them."""
    mixed, alone = answer(capsys, "study", str(EXAMPLES / "korea-50k-funded.yaml"), "--scale", "1/50")
    assert (mixed["ended"], alone["name"]) == ("settled", "NVIDIA alone")
    assert mixed["jobs_sha256"] == alone["jobs_sha256"]
    assert mixed["rounds"][-1]["ordered"] == 50_000
    assert mixed["day"]["chosen"]
    assert not mixed["day"]["spare"]
    assert mixed["day"]["own"]["promised"] > 0.99
    assert mixed["day"]["short"]["promised"] < 0.99
    assert {one["vendor"] for one in alone["machines"]} == {"NVIDIA"}
    for row in (mixed, alone):
        last = row["rounds"][-1]
        assert (last["asked"], row["start"]) == (70_000, mixed["start"])
        assert [(one["service"], one["left_out"]) for one in row["services"]] == [("public-chat", "replicas"), ("campus-assistant", None)]
        assert row["services"][1]["answered_share"] > 0.9
        assert 0.85 * last["planned"] < last["delivered"] < 1.05 * last["planned"]
        assert last["goodput_rate"] < last["operating_rate"] < 1
        assert row["cost"]["capex_won"] < 5_000_000_000_000
    assert len({one["class"] for one in mixed["classes"]}) == 7


def test_a_refused_plan_is_studied_and_said_to_be_refused(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["study", str(EXAMPLES / "korea-50k.yaml"), "--scale", "1/50", "--rounds", "1"]
    rows = answer(capsys, *argv)
    assert rows[0]["refused_by"] == ["opex_funded"]
    assert [row["ended"] for row in rows] == ["rounds", "rounds"]
    assert main([*argv, "--beside", "none"]) == 0
    assert "REFUSED by opex_funded" in capsys.readouterr().out
