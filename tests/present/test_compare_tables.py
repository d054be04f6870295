from __future__ import annotations

from dure.present.compare_tables import side_by_side
from dure.present.numbers import Lang
from dure.present.words import Words
from dure.wire.runs import RunFolder


def test_runs_stand_side_by_side_and_unknown_is_said(run: RunFolder) -> None:
    other = {**run.summary, "operating_rate": 0.5, "wait_mean_s": None}
    table = side_by_side([("easy", run.summary), ("none", other)], Words(Lang.EN))
    rows = {row[0].raw: [cell.text for cell in row[1:]] for row in table.rows}
    assert [column.title for column in table.columns] == ["measure", "easy", "none"]
    assert rows["operating_rate"] == ["77.53 %", "50.00 %"]
    assert rows["wait_mean_s"] == ["31 min 44 s", "unknown"]
    assert rows["lost_unfunded_share"] == ["1.40 %", "1.40 %"]
    assert "lost_no_demand_share" in rows


def test_a_cause_that_no_run_has_is_left_out(run: RunFolder) -> None:
    none = {**run.summary, "waterfall": {**run.summary["waterfall"], "foreign_s": 0}}
    assert "lost_foreign_share" not in {row[0].raw for row in side_by_side([("a", none)], Words(Lang.KO)).rows}


def test_services_stand_beside_each_other_served_and_not_served(run: RunFolder) -> None:
    chat = {"service": "chat", "offered": 200, "served": 150, "not_served": 50, "served_share": 0.75, "serving_s": 9, "needed_s": 10}
    fixed = {"service": "fixed", "offered": None, "served": None, "not_served": None, "served_share": None, "serving_s": 9, "needed_s": 10}
    table = side_by_side([("a", run.summary), ("b", run.summary)], Words(Lang.EN), [[chat, fixed], [fixed]], same_jobs=False)
    rows = {row[1][0].text: [cell.text for cell in row[1][1:]] for row in enumerate(table.rows)}
    assert rows["service chat: share served"] == ["75.00 %", "unknown"]
    assert rows["service chat: not served"] == ["50", "unknown"]
    assert rows["service fixed: replicas running, of needed time"] == ["90.00 %", "90.00 %"]
    assert table.title == "Different jobs, side by side"
