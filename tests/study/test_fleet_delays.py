"""A fleet starts its jobs after the delay that the scenario writes for the site, though its models are other ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.adapters.files import load_scenario
from dure.study.fleet import start_delay_s
from tests.plan.purchase_small import machine

SMALL = Path(__file__).resolve().parents[2] / "examples" / "study-small.yaml"


@pytest.mark.parametrize(
    ("sets", "site", "expected"),
    [
        ((), "centre", 30),
        ((), "a new one", 30),
        (("sites[centre].pools[old].start_delay=0s",), "centre", 0),
        (("sites[centre].pools[old].model=nvidia-h200", "sites[centre].pools[old].start_delay=45s"), "a new one", 45),
    ],
)
def test_a_new_model_starts_as_its_site_does(sets: tuple[str, ...], site: str, expected: int) -> None:
    sites = load_scenario(SMALL, sets).scenario.sites
    assert start_delay_s(sites, machine("nvidia-h200"), site) == expected


def test_what_is_written_has_delay_failures_and_its_period(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from dure.cli.main import main

    path = tmp_path / "fleet.yaml"
    assert main(["--lang", "en", "plan", "fleet", str(SMALL), "--at", "2027-06-30", "--days", "3", "-o", str(path)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "2027-06-30 lies in the period 2027: played from 2027-01-01, its first day." in said
    assert "Start delay 30 s" in said
    played = load_scenario(path).scenario
    assert [pool.start_delay_s for pool in played.sites[0].pools] == [30, 30]
    assert played.sites[0].failures is not None
    assert played.sites[0].failures.per_1000_node_days_micro == 6_500_000
