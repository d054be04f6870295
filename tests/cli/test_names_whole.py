"""What people type back is never cut: ids, names of projects and pools, models; COLUMNS is heeded where nobody watches too."""

from __future__ import annotations

import pytest

from dure.cli.catalog_print import print_table
from dure.cli.jobs_look import _print_job
from dure.present.numbers import Lang
from dure.present.tables import Table
from dure.present.words import Words
from dure.present.work_tables import jobs_table
from dure.wire import api

NOW = 1_800_000_000
NEVER = ("task", "outcome", "started_at", "ended_at", "held")
COUNTS = {"ACTIVE": 1_234, "QUEUED": 45_678, "FAILED": 12, "CANCELED": 345, "COMPLETED": 901_234}
PROJECT, POOL, NAME = "national-weather-forecasting", "gwangju-national-centre/h200-nvl72", "protein-folding-with-evoformer-v2"


def jobs(lang: Lang = Lang.EN) -> Table:
    def job(n: int) -> api.Job:
        return api.Job.model_construct(
            id=f"j{n}", name=NAME, project=PROJECT, state="ACTIVE", tasks=948_503, counts=COUNTS, pool=POOL, accelerators=1_234,
            submitted_at="2027-01-15T08:00:00+00:00", started_at=None, ended_at=None, outcome=None, held=None, why=None,
        )  # fmt: skip

    return jobs_table([job(11), job(12)], Words(lang), NOW).shown


@pytest.mark.parametrize("columns", [100, 120, 200])
def test_ids_names_and_pools_are_whole(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    print_table(jobs(), wrap=("state", "outcome", "why"))
    out = capsys.readouterr().out
    words = out.split()
    assert all(words.count(one) == 2 for one in (NAME, PROJECT)), out
    assert {"j11", "j12"} <= set(words)
    assert words.count(POOL) == 2 or "pool" in out.partition("Left out")[2], out
    assert max(len(line) for line in out.splitlines()) <= columns


def test_one_array_names_the_pools_of_all_its_tasks(capsys: pytest.CaptureFixture[str]) -> None:
    base = {"name": "a", "project": "p", "person": 1, "state": "ACTIVE", "accelerators": 1, "attempts": 3, "tasks": 3, "pool": "north/a"}
    base |= {"submitted_at": "2027-01-15T08:00:00Z"}
    whole = api.JobWhole.model_validate(base | {"id": "j1", "counts": {"ACTIVE": 3}, "spec": {}} | dict.fromkeys(NEVER))
    runs = [
        api.Attempt.model_construct(
            attempt=n, pool=pool, state="RUNNING", accelerators_milli=1_000, started_at=None, ended_at=None, outcome=None
        )
        for n, pool in enumerate(("north/a", "south/b", "north/a"))
    ]
    _print_job(whole, api.Attempts(attempts=tuple(runs)), json=False)
    assert "north/a, south/b" in capsys.readouterr().out.partition("Attempts")[0]


def test_columns_is_heeded_where_nobody_watches(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seen = []
    for columns in ("90", "240", "many", "3"):
        monkeypatch.setenv("COLUMNS", columns)
        print_table(jobs(), wrap=("state",))
        seen.append(max(len(line) for line in capsys.readouterr().out.splitlines()))
    assert seen[0] <= 90 < 150 < seen[1] <= 240
    assert seen[2] == seen[3] <= 100, "what is no width is not heeded"


def test_korean_counts_say_the_state_first() -> None:
    assert jobs(Lang.KO).rows[0][3].text.startswith("실행 중 1,234개, 대기 45,678개")
