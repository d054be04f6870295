from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dure.adapters.catalogs import load_catalog, load_speed_table
from dure.model.catalog import Assumption, Catalog
from dure.model.errors import CatalogError
from dure.plant.speed import SpeedTable, StatedSpeed, build_speed_table, ppm


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def table(catalog: Catalog) -> SpeedTable:
    return load_speed_table(catalog)


def assume(model: str, workload: str, value: str) -> Assumption:
    return Assumption("speed", model, workload, Decimal(value), (Decimal("0.1"), Decimal(5)), "", "a test", "to see")


def built(catalog: Catalog, table: SpeedTable, *assumed: Assumption, stated: tuple[StatedSpeed, ...] = ()) -> SpeedTable:
    with_mine = replace(catalog, assumptions=(*assumed, *catalog.assumptions))
    shipped = [one for one in table.workloads.values() if one.measured_by or one.name == "generic"]
    return build_speed_table(with_mine, shipped, table.rows, stated)


def test_the_reference_runs_every_class_at_one(table: SpeedTable) -> None:
    assert {table.speed_ppm(name, "h100") for name in table.workloads} == {1_000_000}


def test_no_scalar_tells_the_speed_of_a_model(table: SpeedTable) -> None:
    assert table.speed_ppm("llm-finetune", "mi325x") == 1_328_000
    assert table.speed_ppm("image-generation-inference", "mi325x") == 1_027_000
    assert table.speed_ppm("vision-train", "gaudi2") == 830_000
    assert table.speed_ppm("llm-inference-large", "gaudi2") == 257_000


def test_unknown_stays_unknown(table: SpeedTable) -> None:
    assert table.speed_ppm("llm-finetune", "gaudi3") is None
    assert table.speed("llm-pretrain", "v100") is None
    assert table.class_speeds("llm-pretrain", ["gaudi3", "h200"]) == [None, 1_133_000]


def test_a_result_that_is_not_used_gives_no_speed(table: SpeedTable) -> None:
    listed = {(row.workload, row.accelerator) for row in table.rows if not row.use}
    assert ("nlp-train", "amd-mi300x") in listed
    assert all(table.speed(workload, model) is None for workload, model in listed)


def test_a_job_without_a_workload_rests_on_one_listed_assumption(table: SpeedTable, catalog: Catalog) -> None:
    models = list(catalog.accelerators)
    assert set(table.class_speeds("", models)) == {1_000_000}
    (generic,) = table.assumptions([""], models)
    assert (generic.who, generic.workload, generic.model) == ("dure", "generic", "*")
    assert table.assumptions(["llm-finetune"], models) == ()


def test_names_and_aliases_of_a_class(table: SpeedTable) -> None:
    assert table.workload("").name == "generic"
    assert table.workload("LLM finetune").name == table.workload("llama2-70b-lora").name == "llm-finetune"
    assert table.knows("vision")
    assert not table.knows("cooking")
    with pytest.raises(CatalogError, match="no workload class 'llm-finetun'") as caught:
        table.speed_ppm("llm-finetun", "h100")
    assert "did you mean llm-finetune" in str(caught.value)


def test_training_is_refused_on_inference_only_devices(table: SpeedTable) -> None:
    assert [table.may_train(name) for name in ("h100", "rngd", "atom-max", "gaudi3")] == [True, False, False, True]
    assert table.class_speeds("llm-finetune", ["rngd", "rebel-quad", "h200"]) == [0, 0, 1_194_000]
    assert table.class_speeds("llm-inference-small", ["rngd"]) == [298_000]
    assert table.class_speeds("", ["rngd", "h200"]) == [1_000_000, 1_000_000]
    assert table.class_speeds("", ["rngd", "h200"], training=True) == [0, 1_000_000]
    assert table.class_speeds("llm-finetune", ["h200"], training=False) == [1_194_000]


def test_training_where_nobody_says_it_trains_is_unknown(catalog: Catalog, table: SpeedTable) -> None:
    unsure = replace(catalog.accelerator("t4"), training="unknown")
    other = replace(catalog, accelerators={**catalog.accelerators, "nvidia-t4": unsure})
    doubt = build_speed_table(other, table.workloads.values(), table.rows)
    assert doubt.may_train("t4") is None
    assert doubt.class_speeds("", ["t4"], training=True) == [None]
    assert doubt.class_speeds("", ["t4"], training=False) == [1_000_000]


def test_a_stated_speed_and_an_exact_assumption_hold_against_a_published_one(catalog: Catalog, table: SpeedTable) -> None:
    mine = built(catalog, table, assume("mi325x", "llm-finetune", "1.2"), stated=(StatedSpeed("vision", "H200", 1_500_000, "our test"),))
    assert mine.speed_ppm("llm-finetune", "mi325x") == 1_200_000
    assert [row.who for row in mine.assumptions(["llm-finetune"], ["mi325x"])] == ["a test"]
    cell = mine.speed("vision-train", "h200")
    assert cell is not None
    assert (cell.ppm, cell.basis, cell.source) == (1_500_000, "published", "our test")


def test_an_assumption_about_a_group_fills_gaps_only_and_the_narrower_wins(catalog: Catalog, table: SpeedTable) -> None:
    wide = (
        assume("*", "*", "0.5"),
        assume("amd", "*", "0.9"),
        assume("*", "llm-pretrain", "0.6"),
        assume("domestic", "llm-inference-large", "0.2"),
    )
    mine = built(catalog, table, *wide)
    assert mine.speed_ppm("llm-finetune", "mi325x") == 1_328_000, "published"
    assert mine.speed_ppm("llm-pretrain", "mi325x") == 600_000, "a named class before all classes"
    assert mine.speed_ppm("graph-train", "mi325x") == 900_000, "a group before all models"
    assert mine.speed_ppm("graph-train", "gaudi3") == 500_000
    assert mine.speed_ppm("llm-inference-large", "rngd") == 200_000
    assert mine.speed_ppm("", "mi325x") == 1_000_000, "every class that has a name, not the one that has none"
    assert mine.class_speeds("llm-pretrain", ["rngd"]) == [0], "an assumption teaches no device to train"


def test_a_class_that_only_a_scenario_names(catalog: Catalog, table: SpeedTable) -> None:
    mine = built(
        catalog, table, assume("h100", "protein-folding", "1"), stated=(StatedSpeed("protein-folding", "mi300x", 700_000, "a paper"),)
    )
    assert mine.class_speeds("protein-folding", ["h100", "mi300x", "h200"]) == [1_000_000, 700_000, None]


def test_one_cell_given_twice_is_an_error(catalog: Catalog, table: SpeedTable) -> None:
    with pytest.raises(CatalogError, match="llm-finetune on amd-mi300x is given twice"):
        built(catalog, table, assume("mi300x", "llm-finetune", "1"), assume("amd-mi300x", "finetune", "0.9"))
    with pytest.raises(CatalogError, match="given twice"):
        built(catalog, table, assume("h200", "vision", "1"), stated=(StatedSpeed("vision-train", "h200", 1, "x"),))


def test_parts_per_million_round_to_the_nearest() -> None:
    assert [ppm(Decimal(text)) for text in ("1", "0.0000005", "0.0000015", "1.1939999")] == [1_000_000, 0, 2, 1_194_000]
