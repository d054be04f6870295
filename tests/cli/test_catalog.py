from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dure.cli.catalog import catalog
from dure.cli.context import speak
from dure.model.errors import CatalogError, InputError
from dure.present.numbers import Lang

SCENARIO = """
catalog:
  accelerators:
    - {id: my-npu, vendor: Mine, model: N1, kind: npu, origin: domestic, training: "no", source: my data sheet}
  billing_weights: {h200: 1.5}
"""


@pytest.fixture(autouse=True)
def english() -> None:
    speak(Lang.EN)


def printed(capsys: pytest.CaptureFixture[str], *words: str, **options: Any) -> str:
    assert catalog(*words, **options) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def as_json(capsys: pytest.CaptureFixture[str], *words: str, **options: Any) -> dict[str, Any]:
    answer = json.loads(printed(capsys, *words, json=True, **options))
    assert isinstance(answer, dict)
    return answer


def test_the_list_names_every_model_in_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    page = printed(capsys)
    lines = page.splitlines()
    assert lines[0] == "34 models of accelerators (published)"
    assert "\x1b" not in page
    assert all(len(line) <= 100 for line in lines)
    h200 = next(line for line in lines if line.startswith("h200 "))
    assert h200.split() == ["h200", "H200", "SXM", "141GB", "NVIDIA", "gpu", "141", "989", "700", "8", "1.16", "yes"]
    v100 = next(line for line in lines if line.startswith("v100 "))
    assert v100.split() == ["v100", "Tesla", "V100", "SXM2", "NVIDIA", "gpu", "unknown", "125", "300", "unknown", "0.13", "yes"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"vendor": "FuriosaAI"}, {"furiosa-warboy", "furiosa-rngd"}),
        ({"vendor": "furiosaai", "memory": "40GB.."}, {"furiosa-rngd"}),
        ({"origin": "intel"}, {"intel-gaudi2", "intel-gaudi3", "intel-max1550"}),
        ({"kind": "ipu"}, {"graphcore-bow"}),
        ({"origin": "domestic", "training": "yes"}, set()),
        ({"training": "no", "memory": "80GB.."}, {"rebellions-rebel-quad"}),
        ({"vendor": "AMD", "memory": "64GB"}, {"amd-mi250x", "amd-mi210"}),
    ],
)
def test_filters_are_of_one_schedulable_device(capsys: pytest.CaptureFixture[str], options: dict[str, Any], expected: set[str]) -> None:
    assert {model["id"] for model in as_json(capsys, **options)["accelerators"]} == expected


def test_a_model_of_unknown_memory_is_left_out_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert as_json(capsys, memory="16GB..", vendor="nvidia")["memory_unknown"] == ["nvidia-v100"]
    assert printed(capsys, memory="16GB..", vendor="nvidia").endswith("left out, memory unknown: v100\n")


def test_nothing_found_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, origin="domestic", training="yes") == "no model answers to this\n"


def test_one_model_is_shown_with_sources_and_what_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    page = printed(capsys, "h200")
    assert page.startswith("NVIDIA H200 SXM 141GB · nvidia-h200\n")
    for words in (
        "NVIDIA H200 product page",
        "no source states: fp16_tflops, fp4_tflops, int4_tops",
        "h200-1g.18gb",
        "hgx-h200",
        "geometric mean of 14 published workload classes",
        "llama2-70b-lora v4.1",
        "unknown for: speech-train, nlp-inference, speech-inference",
        "nvidia.com/gpu",
    ):
        assert words in page
    assert printed(capsys, "show", "h200") == page
    assert all(len(line) <= 100 for line in page.splitlines())


def test_cards_and_devices_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert "one card, 2 schedulable devices of 64 GB each" in printed(capsys, "mi250x")
    assert "one card, 1 schedulable device of unknown\n" in printed(capsys, "v100")
    page = printed(capsys, "rngd")
    assert "the vendor publishes no price" in page
    assert "listed, not used: the table does not say how many H100" in " ".join(page.split())


def test_json_of_one_model_has_null_where_nothing_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    model = as_json(capsys, "mi250x", on="2026-01-01")["accelerator"]
    assert (model["devices_per_card"], model["device"]["memory_gb"], model["figures"]["memory_gb"]["value"]) == (2, 64, 128)
    assert model["figures"]["fp8_tflops"] == {
        "value": None,
        "unit": "TFLOPS",
        "source": None,
        "as_of": None,
        "confidence": "unknown",
        "note": None,
    }
    assert model["billing_weight"]["credits_per_hour"] == 0.19
    assert model["speeds"]["llm-finetune"] is None
    assert model["speeds"]["generic"]["assumption"]["who"] == "dure"
    h200 = as_json(capsys, "h200")["accelerator"]
    assert h200["speeds"]["llm-finetune"]["speed"] == 1.194
    assert h200["speeds"]["llm-finetune"]["round"] == "v4.1"


def test_node_models_weights_and_speeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert "10200" in printed(capsys, "hgx-h100")
    assert as_json(capsys, "hgx-h100")["node_model"]["figures"]["power_rated_w"]["value"] == 10200
    assert [node["id"] for node in as_json(capsys, nodes=True, vendor="FuriosaAI")["node_models"]] == ["nxt-rngd"]
    assert "gb300-nvl72-tray" in printed(capsys, nodes=True)
    weights = as_json(capsys, weights=True, on="2026-03-01")
    assert (weights["on"], weights["billing_weights"]["nvidia-h100"]["credits_per_hour"]) == ("2026-03-01", 1)
    assert as_json(capsys, weights=True, on="2020-01-01", vendor="Intel")["billing_weights"]["intel-gaudi3"] is None
    assert "measured against peak, so low" in " ".join(printed(capsys, weights=True).split())
    page = printed(capsys, speeds=True)
    assert "gb300 4.61 · b300 3.25" in page
    assert "* 1.00 (assumed)" in page
    assert as_json(capsys, speeds=True, kind="gpu")["speeds"]["nvidia-t4"]["llm-pretrain"] is None


def test_a_scenario_changes_what_is_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    assert as_json(capsys, "h200", scenario=file)["accelerator"]["billing_weight"]["basis"] == "stated"
    mine = as_json(capsys, "my-npu", scenario=file)["accelerator"]
    assert (mine["source"], mine["billing_weight"], mine["speeds"]["llm-finetune"]) == ("my data sheet", None, None)
    page = printed(capsys, "h200", scenario=file)
    assert "1.50  –     stated  stated by the scenario" in page


def test_mistakes_name_what_would_be_right() -> None:
    with pytest.raises(CatalogError, match="did you mean h200"):
        catalog("h300")
    with pytest.raises(CatalogError, match='no kind "toaster" in the catalogue; write one of gpu'):
        catalog(kind="toaster")
    with pytest.raises(InputError, match="one word too many"):
        catalog("h100", "h200")
    with pytest.raises(InputError, match="write 24GB"):
        catalog(memory="80")
    with pytest.raises(InputError, match="2026-01-01"):
        catalog(on="tomorrow")


def test_korean_has_the_same_figures(capsys: pytest.CaptureFixture[str]) -> None:
    speak(Lang.KO)
    page = printed(capsys, "v100")
    assert "미상" in page
    assert "unknown" not in page
    assert "크레딧" in page
    assert printed(capsys).startswith("가속기 기종 34개 (공표)\n")
    with pytest.raises(CatalogError, match='목록에 없는 종류입니다: "toaster"'):
        catalog(kind="toaster")
