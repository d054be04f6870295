from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from dure.adapters.catalogs import load_catalog
from dure.model.catalog import Assumption, BillingWeight, Catalog, Fact, fold, number, plain
from dure.model.errors import CatalogError, Where

NEW_YEAR = dt.date(2026, 1, 1)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.mark.parametrize("name", ["nvidia-h100", "h100", "H100", "H100 SXM", "h100_sxm", "NVIDIA-H100", " h100 "])
def test_a_model_answers_to_id_and_short_names(catalog: Catalog, name: str) -> None:
    assert catalog.accelerator(name).id == "nvidia-h100"


def test_an_unknown_model_is_met_with_near_names(catalog: Catalog) -> None:
    with pytest.raises(CatalogError) as caught:
        catalog.accelerator("h300", Where("x.yaml", 7, "sites.pools"))
    assert str(caught.value).startswith("x.yaml:7: sites.pools: no accelerator 'h300' in the catalogue; did you mean h200")
    with pytest.raises(CatalogError, match="`dure catalog` lists all"):
        catalog.accelerator("zzzzzzzz")


def test_a_name_of_two_models_is_refused_with_both(catalog: Catalog) -> None:
    twice = {
        id_: replace(model, names=(*model.names, "twin"))
        for id_, model in catalog.accelerators.items()
        if id_ in ("nvidia-h100", "nvidia-t4")
    }
    both = Catalog(twice, {}, (), (), ())
    with pytest.raises(CatalogError, match="more than one model; write one of nvidia-h100, nvidia-t4"):
        both.accelerator("twin")
    assert both.accelerator("h100").id == "nvidia-h100"


def test_no_two_models_share_a_name(catalog: Catalog) -> None:
    for model in catalog.accelerators.values():
        for name in (model.id, *model.names):
            assert catalog.accelerator(name) is model
            assert fold(name) == name, "names are stored as they are compared"
            assert name not in catalog.node_models


def test_a_pool_is_made_of_a_node_model_or_of_an_accelerator(catalog: Catalog) -> None:
    model, node = catalog.pool_model("HGX H200")
    assert (model.id, node and node.devices) == ("nvidia-h200", 8)
    model, node = catalog.pool_model("mi250x")
    assert (model.devices_per_node, node and node.cards, node and node.devices) == (8, 4, 8)
    model, node = catalog.pool_model("t4")
    assert (model.id, node, model.devices_per_node) == ("nvidia-t4", None, None)
    with pytest.raises(CatalogError, match=r"no node model 'hgx-h300'.*did you mean hgx-h"):
        catalog.node_model("hgx-h300")


def test_groups_are_vendors_and_origins(catalog: Catalog) -> None:
    assert {model.vendor for model in catalog.group("domestic")} == {"FuriosaAI", "Rebellions"}
    assert {model.origin for model in catalog.group("FuriosaAI")} == {"domestic"}
    assert {model.vendor for model in (*catalog.group("amd"), *catalog.group("intel"), *catalog.group("NVIDIA"))} == {
        "AMD",
        "Intel",
        "NVIDIA",
    }
    assert catalog.group("h100") == ()


def test_card_device_and_partition_are_three_levels(catalog: Catalog) -> None:
    mi250x = catalog.accelerator("mi250x")
    assert (mi250x.devices_per_card, mi250x.figure("memory_gb").whole, mi250x.memory_gb.whole) == (2, 128, 64)
    assert mi250x.per_device("bf16_tflops").value == Decimal("191.5")
    assert {(part.level, part.count, part.milli) for part in catalog.parts("amd-mi250x")} == {("device", 2, 1000)}
    assert catalog.accelerator("k80").memory_gb.value == 12
    assert (catalog.accelerator("atom-max").devices_per_card, catalog.accelerator("atom-max").memory_gb.whole) == (4, 16)
    assert {(part.count, part.milli) for part in catalog.parts("furiosa-rngd")} == {(2, 500), (4, 250), (8, 125)}
    slices = {part.id: part.memory_gb.value for part in catalog.parts("nvidia-h100")}
    assert slices["h100-1g.10gb"] == 10
    assert {part.level for part in catalog.parts("amd-mi300x")} == {"partition"}


def test_devices_of_a_card_and_their_rows_agree(catalog: Catalog) -> None:
    for model in catalog.accelerators.values():
        devices = [part for part in catalog.parts(model.id) if part.level == "device"]
        assert [part.count for part in devices] == ([model.devices_per_card] if model.devices_per_card > 1 else [])
        for part in devices:
            assert part.memory_gb.value == model.memory_gb.value
        for part in catalog.parts(model.id):
            assert part.count is not None
            assert part.milli is not None
            assert part.level == "device" or part.count * part.milli <= 1000, part.id
    for node in catalog.node_models.values():
        if node.cards is not None and node.devices is not None:
            assert node.devices == node.cards * catalog.accelerators[node.accelerator].devices_per_card


def test_peaks_are_dense(catalog: Catalog) -> None:
    assert catalog.accelerator("h100").figure("fp8_tflops").value == 1979
    assert catalog.accelerator("l40s").figure("fp8_tflops").value == 733
    assert catalog.accelerator("mi355x").figure("fp4_tflops").value == 10050
    for model in catalog.accelerators.values():
        sixteen = model.figure("bf16_tflops").value or model.figure("fp16_tflops").value
        for name in ("fp8_tflops", "int8_tops"):
            eight = model.figure(name).value
            if sixteen and eight and model.id != "rebellions-atom":  # four times at 8 bits, by its vendor
                assert eight <= Decimal("2.01") * sixteen, f"{model.id} {name}: a peak with sparsity?"


def test_billing_weights_are_versioned_by_date(catalog: Catalog) -> None:
    old = BillingWeight("nvidia-h200", 1_000_000, dt.date(2020, 1, 1), "assumed", "as the H100", who="me")
    with_old = replace(catalog, weights=(*catalog.weights, old))
    assert with_old.billing_weight("h200", dt.date(2019, 12, 31)) is None
    assert with_old.billing_weight("h200", dt.date(2024, 12, 31)) == 1_000_000
    assert with_old.billing_weight("h200", NEW_YEAR) == catalog.billing_weight("h200", NEW_YEAR) == 1_160_000
    assert catalog.billing_weight("h100", NEW_YEAR) == 1_000_000


def test_unknown_is_said_and_is_no_zero() -> None:
    unknown = Fact(None, "GB")
    assert (unknown.known, unknown.whole, str(unknown)) == (False, None, "unknown")
    assert (Fact(Decimal("0.9"), "GB").whole, str(Fact(Decimal("80.50"), "GB"))) == (0, "80.5 GB")
    assert [plain(Decimal(text)) for text in ("100", "1E+2", "0.10", "3")] == ["100", "100", "0.1", "3"]
    assert (number(None), number(Decimal("2.0")), number(Decimal("2.5"))) == (None, 2, 2.5)


def test_an_assumption_is_written_with_who_and_why() -> None:
    row = Assumption("speed", "mi300x", "llm-pretrain", Decimal("0.9"), (Decimal("0.6"), Decimal(1)), "", "me", "as LoRA").as_row()
    assert row == {
        "what": "speed",
        "model": "mi300x",
        "workload": "llm-pretrain",
        "value": 0.9,
        "range": [0.6, 1],
        "unit": "",
        "who": "me",
        "why": "as LoRA",
    }
