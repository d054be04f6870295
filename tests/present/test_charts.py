from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest

from dure.adapters.render import png, svg
from dure.model.reasons import CAUSES, STEPS
from dure.present import charts
from dure.present.numbers import Lang
from dure.present.report import pictures
from dure.present.run_tables import bands, largest_losses
from dure.present.words import Words
from dure.wire.runs import RunFolder
from tests.present.fixtures import NAMES_KO

EN, KO = Words(Lang.EN), Words(Lang.KO)


def values(spec: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec["data"]["values"]
    return rows


def test_bands_touch_each_other_from_contracted_to_productive(run: RunFolder) -> None:
    rows = bands(run)
    assert [row["name"] for row in rows if row["kind"] == "step"] == list(STEPS)
    assert [row["name"] for row in rows if row["kind"] == "cause"] == [cause.name for cause in CAUSES]
    level = rows[0]["high_s"]
    for row in rows:
        assert row["high_s"] == level
        if row["kind"] == "cause":
            level = row["low_s"]
    assert level == run.fleet["productive_s"]


def test_won_of_a_step_is_what_is_left_of_it(run: RunFolder) -> None:
    won = {row["name"]: row["won"] for row in bands(run)}
    assert won["contracted"] == won["productive"] + sum(won[cause.name] for cause in CAUSES)
    assert won["busy"] == won["productive"] + won["rework"] + won["overhead"] + won["job_error"]


def test_without_any_value_no_won_is_drawn_and_never_0(run_without_won: RunFolder) -> None:
    assert {row["won"] for row in bands(run_without_won)} == {None}
    assert "₩" not in json.dumps([chart.spec for chart in pictures(run_without_won, EN).values()])


def test_the_waterfall_shows_every_step_and_every_loss_above_0(run: RunFolder) -> None:
    labels = [row["label"] for row in values(charts.waterfall(run, KO).spec)]
    assert len(labels) == len(set(labels)) == len(STEPS) + len(largest_losses(run))


def test_an_unobserved_day_is_a_gap_and_no_zero(run: RunFolder) -> None:
    rows = values(charts.rates(run, EN, "site").spec)
    lines = [row for row in rows if row["kind"] == "line" and row["panel"] == "da"]
    assert len(lines) == 2 * 30
    assert sum(row["rate"] is None for row in lines) == 2
    assert all(row["rate"] is None or row["rate"] > 0 for row in lines)
    (gap,) = [row for row in rows if row["kind"] == "gap"]
    assert (gap["panel"], gap["end"] - gap["at"]) == ("da", 86_400_000)


def test_vendors_have_no_gap_and_no_word_for_it(run: RunFolder) -> None:
    assert "unknown" not in json.dumps(charts.rates(run, EN, "vendor").spec)


@pytest.mark.parametrize("lang", Lang)
def test_every_picture_renders_with_all_its_labels(run: RunFolder, drawn: dict[Lang, dict[str, str]], lang: Lang) -> None:
    for key, chart in pictures(run, Words(lang, NAMES_KO)).items():
        picture = unescape(drawn[lang][key])
        assert picture.startswith("<svg")
        assert chart.alt
        wanted = {row[name] for row in chart.spec["data"]["values"] for name in ("label", "panel", "size", "won", "text") if name in row}
        assert not [text for text in wanted if text not in picture], key


def test_the_picture_is_wide_enough_for_the_columns_beside_the_bars(run: RunFolder, drawn: dict[Lang, dict[str, str]]) -> None:
    box = [float(part) for part in drawn[Lang.KO]["waterfall"].split('viewBox="', 1)[1].split('"', 1)[0].split()]
    assert box[2] > charts.waterfall(run, KO).spec["width"] + 205


def test_a_picture_also_comes_as_png(run: RunFolder) -> None:
    assert png(charts.strip([("all", 1.0, "#000")], EN, "x", "x").spec, 0.2).startswith(b"\x89PNG")


def test_the_strip_is_100_percent() -> None:
    chart = charts.strip([("funded", 0.564, "#0072b2"), ("dark", 0.436, "#9aa3ad")], EN, "gwangju", "share of leased capacity")
    assert chart.alt == "share of leased capacity: funded 56.4 %, dark 43.6 %"
    assert "funded 56.4 %" in svg(chart.spec)
    with pytest.raises(AssertionError):
        charts.strip([("funded", 0.5, "#000")], EN, "x", "x")


def test_colours_of_menders_differ() -> None:
    assert len({*charts.MENDER_COLOUR.values(), charts.PRODUCTIVE, charts.NEUTRAL}) == len(charts.MENDER_COLOUR) + 2
