"""`dure catalog fleets`: published counts, capacity by hand, unknown stays unknown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dure.adapters.catalogs import load_catalog, packaged
from dure.adapters.fleet_tables import load_fleets
from dure.cli.main import main
from dure.model.errors import CatalogError


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["--lang", "en", "catalog", "fleets", *words, "--json"]) == 0
    return {one["id"]: one for one in json.loads(capsys.readouterr().out)["fleets"]}


def test_published_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """The counts of the programme's facts: none is left out, none is changed."""
    found = answer(capsys)
    assert {part["model"]: part["accelerators"] for part in found["meta"]["parts"]} == {"nvidia-h100": 350_000, "nvidia-a100": 210_000}
    counts = {name: found[name]["accelerators"] for name in ("xai", "tesla", "deepseek", "korea-2023", "korea-round-1", "korea-50000")}
    assert counts == {
        "xai": 100_000,
        "tesla": 35_000,
        "deepseek": 10_000,
        "korea-2023": 2_000,
        "korea-round-1": 13_136,
        "korea-50000": 50_000,
    }
    assert found["gwangju"]["accelerators"] == 796 + 880 + 384 + 128
    assert all(part["source"] and part["as_of"] for one in found.values() for part in one["parts"])


def test_capacity_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    """Billing weights of 2026: H100 1.00, A100 0.38, H200 1.16, B200 2.14; 490,256 researchers in Korea."""
    found = answer(capsys, "--on", "2026-01-01")
    assert found["meta"]["capacity"] == pytest.approx(350_000 + 210_000 * 0.38)
    round_1 = 10_080 * 2.14 + 3_056 * 1.16
    assert found["korea-round-1"]["capacity"] == pytest.approx(round_1)
    assert found["korea-round-1"]["capacity_per_1000_researchers"] == pytest.approx(round_1 / 490.256)
    assert found["korea-round-1"]["accelerators_per_1000_researchers"] == pytest.approx(13_136 / 490.256)


def test_an_unknown_model_has_an_unknown_capacity(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys)
    assert found["korea-50000"]["capacity"] is None
    assert found["korea-50000"]["capacity_at_least"] == 0
    assert found["korea-50000"]["accelerators_per_1000_researchers"] == pytest.approx(50_000 / 490.256)
    assert found["xai"]["researchers"] is None
    assert found["xai"]["capacity_per_1000_researchers"] is None


def test_a_model_that_the_catalogue_lacks_is_named_and_not_valued(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys)
    (grace,) = found["isambard-ai"]["parts"]
    assert (grace["called"], grace["model"], grace["accelerators"], grace["capacity"]) == ("GH200", None, 12 * 440, None)
    parts = [(part["called"] or part["model"], part["accelerators"]) for part in found["kisti-6"]["parts"]]
    assert parts == [("GH200", 8_336), ("nvidia-h200", 160)]
    assert found["kisti-6"]["accelerators"] == 8_496
    assert found["kisti-6"]["capacity"] is None
    assert found["dawn"]["parts"][0]["model"] == "intel-max1550"
    assert not any("its brief" in part["source"] for one in found.values() for part in one["parts"])
    assert main(["--lang", "en", "catalog", "fleets", "isambard-ai"]) == 0
    assert "5,280 GH200" in " ".join(capsys.readouterr().out.split())


def test_capacity_by_the_speed_of_a_class(capsys: pytest.CaptureFixture[str]) -> None:
    """The A100 has no published pre-training speed: the known part is a bound from below, and the whole is unknown."""
    found = answer(capsys, "--workload", "llm-pretrain")
    assert found["tesla"]["capacity"] == 35_000
    assert found["meta"]["capacity"] is None
    assert found["meta"]["capacity_at_least"] == 350_000


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_one_fleet_is_shown_with_its_parts(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    assert main(["--lang", lang, "catalog", "fleets", "gwangju"]) == 0
    page = capsys.readouterr().out
    assert "880 H100" in page
    assert "[1]" in page
    assert ("광주" in page) == (lang == "ko")


def test_a_mistyped_fleet_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "catalog", "fleets", "gwangjoo"]) == 2
    assert "write one of gwangju" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (",100000,", ",-5,", "no figure"),
        (",100000,", ",,", "at least one accelerator"),
        ("nvidia-h100,,100000", "nvidia-h99,,100000", "in no table"),
        ("standing,nvidia-h100,,100000", "dreamt,nvidia-h100,,100000", "is not one of"),
        ("announced,nvidia-a100,,210000", "planned,nvidia-a100,,210000", "says otherwise"),
    ],
)
def test_a_bad_row_is_named_with_its_line(old: str, new: str, what: str) -> None:
    text = packaged("fleets").replace(old, new, 1)
    with pytest.raises(CatalogError, match=what) as caught:
        load_fleets(load_catalog(), text)
    assert caught.value.where.line > 1
