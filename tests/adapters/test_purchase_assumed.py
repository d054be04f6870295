"""What a plan assumes: every figure with its value and range, and what the scenario gives without a source."""

from pathlib import Path

from dure.adapters.files import load_scenario
from dure.adapters.scenario_purchase import scenario_purchase
from dure.present.numbers import Lang
from dure.present.purchase_tables import assumption_sentence
from dure.present.words import Words

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_values_and_ranges_stand_as_the_scenario_writes_them() -> None:
    found = {(one.what, one.of, one.item): one for one in scenario_purchase(load_scenario(EXAMPLES / "korea-50k.yaml")).assumed}
    speeds = {"furiosa-rngd": ("0.25", "0.15", "0.35"), "rebellions-rebel-quad": ("0.7", "0.4"), "intel-gaudi3": ("0.9", "0.5", "1.3")}
    for model, texts in speeds.items():
        one = found["catalog", model, "speed"]
        assert (one.value, one.low, one.high)[: len(texts)] == texts
    assert found["catalog", "intel-gaudi3", "billing_weight"].value == "0.9"
    assert found["term", "", "interest"].value == "3.5%"
    given = {item: one.value for (what, _, item), one in found.items() if what == "given"}
    assert given["usable"] == "80%"
    assert given["life"] == "5y"
    assert {"residual", "pue", "staff", "power", "supply"} <= set(given)
    price = found["price", "nvidia-h200", "accelerators"]
    said = assumption_sentence(price, Words(Lang.EN))
    assert "₩50M (₩43M – ₩65M) per accelerator" in said
