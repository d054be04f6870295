from __future__ import annotations

import pytest

from dure.adapters.scenario_models import scenario_models
from dure.plant.serving import REQUESTS, TOKENS, rate, rate_units, reference_rate
from dure.plant.speed import SpeedTable
from tests.twin.scenes import loaded


def table(assume: str = "") -> SpeedTable:
    return scenario_models(loaded(f"catalog: {{assume: [{assume}]}}")).speeds


def row(model: str, value: float, workload: str = "llm-inference-small", unit: str = "tokens/s") -> str:
    said = f"value: {value}, range: [{value}, {value}], who: me, why: so"
    return f'{{what: rate, model: "{model}", workload: {workload}, unit: {unit}, {said}}}'


@pytest.mark.parametrize(
    ("workload", "model", "unit", "micro", "basis"),
    [
        ("llm-inference-large", "h100", TOKENS, 3_902_468_800, "published"),
        ("llm-inference-large", "h200", TOKENS, 4_487_880_000, "published"),
        ("llm-inference-large", "mi300x", TOKENS, 3_481_800_000, "published"),
        ("llm-inference-small", "b200", TOKENS, 18_223_625_000, "published"),
        ("llm-inference-small", "rngd", TOKENS, 5_777_080_000 * 298 // 1000, "derived"),  # measured beside another H100 result
        ("llm-inference-small", "a100", REQUESTS, 5_289_500, "published"),
        ("vision-inference", "h200", REQUESTS, 94_855_948_100, "derived"),  # RetinaNet's ratio on ResNet-50's rate
    ],
)
def test_rates_are_the_published_results(workload: str, model: str, unit: str, micro: int, basis: str) -> None:
    found = rate(table(), workload, model, unit)
    assert found is not None
    assert (found.micro_per_s, found.basis) == (micro, basis)
    assert found.source


def test_what_nobody_measured_is_unknown() -> None:
    assert rate(table(), "llm-inference-small", "mi300x", TOKENS) is None
    assert rate(table(), "llm-inference-large", "h100", REQUESTS) is None
    assert reference_rate(table(), "llm-finetune", TOKENS) is None


def test_units_of_classes() -> None:
    classes = {name: rate_units(table(), name) for name in ("llm-inference-small", "llm-inference-large", "nlp-inference", "llm-finetune")}
    assert classes == {
        "llm-inference-small": (REQUESTS, TOKENS),
        "llm-inference-large": (TOKENS,),
        "nlp-inference": (REQUESTS,),
        "llm-finetune": (),
    }


def test_of_several_benchmarks_the_class_s_first_counts() -> None:
    found = reference_rate(table(), "nlp-inference", REQUESTS)
    assert found is not None
    assert found.micro_per_s == 9_369_120_000, "bert-99 stands before bert-99.9"


def test_an_assumed_rate_of_that_class_and_model_comes_first() -> None:
    found = rate(table(row("h200", 5000)), "llm-inference-small", "h200", TOKENS)
    assert found is not None
    assert (found.micro_per_s, found.basis, found.source) == (5_000_000_000, "assumed", "assumed by me")
    assert rate(table(row("h200", 5000)), "llm-inference-small", "h200", REQUESTS) is not None, "the other unit is as it was"


def test_an_assumption_for_a_group_fills_gaps_only_and_the_narrower_counts() -> None:
    both = table(f"{row('*', 100)}, {row('amd', 200)}")
    found = {model: rate(both, "llm-inference-small", model, TOKENS) for model in ("h200", "mi300x", "gaudi3")}
    assert {model: one and one.micro_per_s for model, one in found.items()} == {
        "h200": 8_254_600_000,
        "mi300x": 200_000_000,
        "gaudi3": 100_000_000,
    }


def test_an_assumed_speed_makes_an_assumed_rate() -> None:
    speed = '{what: speed, model: mi300x, workload: "*", value: 0.5, range: [0.4, 0.6], who: me, why: so}'
    found = rate(table(speed), "llm-inference-small", "mi300x", TOKENS)
    assert found is not None
    assert (found.micro_per_s, found.basis) == (2_888_540_000, "assumed")


def test_a_class_that_only_a_rate_names() -> None:
    own = table(row("h200", 40, "our-model", "requests/s"))
    assert rate_units(own, "our-model") == (REQUESTS,)
    found = rate(own, "our-model", "h200", REQUESTS)
    assert found is not None
    assert found.micro_per_s == 40_000_000
    assert rate(own, "our-model", "h100", REQUESTS) is None
