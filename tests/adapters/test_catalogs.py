from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from statistics import geometric_mean

import pytest

from dure.adapters.catalogs import COLUMNS, SPEED_COLUMNS, load_catalog, load_speed_table, packaged
from dure.adapters.tables_csv import Row, read_table
from dure.model.catalog import Catalog
from dure.model.errors import CatalogError, Where
from dure.plant.speed import SpeedTable
from dure.wire.scenario_catalog import CatalogSection

NEW_YEAR = dt.date(2026, 1, 1)
NVIDIA = ("a100", "h100", "h200", "b200", "b300", "gb200", "gb300", "t4", "l40s", "v100", "p100", "k80")
AMD_INTEL = ("mi210", "mi250x", "mi300x", "mi325x", "mi350x", "mi355x", "gaudi2", "gaudi3", "max1550")
DOMESTIC = ("warboy", "rngd", "atom", "atom-max", "rebel-quad")
OTHER = ("tpu-v4", "tpu-v5e", "tpu-v5p", "tpu-v6e", "trainium2", "910b", "910c", "ipu")
REQUIRED = (*NVIDIA, *AMD_INTEL, *DOMESTIC, *OTHER)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def table(catalog: Catalog) -> SpeedTable:
    return load_speed_table(catalog)


def rows(name: str) -> list[Row]:
    columns = COLUMNS.get(name) or SPEED_COLUMNS[name]
    return read_table(f"catalog/{name}.csv", packaged(name), columns)


def test_every_model_asked_for_is_there(catalog: Catalog) -> None:
    assert {catalog.resolve(name) for name in REQUIRED} == set(catalog.accelerators)
    assert {model.short for model in catalog.group("domestic")} == set(DOMESTIC)


def test_every_model_has_a_billing_weight_and_assumed_ones_an_author(catalog: Catalog) -> None:
    for id_ in catalog.accelerators:
        row = catalog.weight(id_, NEW_YEAR)
        assert row is not None, id_
        assert row.weight_ppm, id_
        assert row.derivation
        assert row.who or row.basis != "assumed"


@pytest.mark.parametrize("name", ["accelerators", "figures", "node_models", "partitions", "speeds"])
def test_every_row_has_a_source_and_a_date_where_it_has_a_value(name: str) -> None:
    for row in rows(name):
        if name != "figures" or row.text("value"):
            assert row.text("source"), row
            assert row.text("as_of"), row
            assert row.text("confidence") in ("high", "medium", "low"), row
        else:
            assert row.text("note"), f"{row}: an empty figure without a note needs no row"


def test_no_zero_stands_where_nothing_is_known() -> None:
    for name in ("figures", "partitions", "speeds", "billing_weights", "node_models"):
        for row in rows(name):
            for column, text in row.cells.items():
                if column not in ("note", "derivation"):
                    assert text not in ("0", "0.0", "0.00", "-", "n/a", "unknown") or column in ("basis", "confidence"), (
                        name,
                        row.line,
                        column,
                    )


def test_no_figure_rests_on_memory_or_on_a_file_of_its_author() -> None:
    for name in (*COLUMNS, *SPEED_COLUMNS):
        for word in ("recalled", "from memory", "../", "TBD", "?"):
            assert word not in packaged(name), (name, word)


def test_speeds_are_the_quotient_of_the_two_results_in_their_row() -> None:
    for row in rows("speeds"):
        if not row.text("speed_ppm") or row.text("suite") == "reference":
            continue
        ours, theirs = Decimal(row.text("value")), Decimal(row.text("reference_value"))
        if row.text("suite") == "mlperf-train":
            devices = Decimal(row.text("devices")), Decimal(row.text("reference_devices"))
            assert Decimal("0.5") <= devices[0] / devices[1] <= 2, row
            quotient = theirs * devices[1] / (ours * devices[0])
        else:
            quotient = ours / theirs
        assert abs(quotient * 1_000_000 - Decimal(row.text("speed_ppm"))) <= 500, row


def test_a_result_far_below_the_peaks_is_not_used(catalog: Catalog) -> None:
    h100 = catalog.accelerator("h100")
    for row in rows("speeds"):
        model = catalog.accelerators[row.text("accelerator")]
        if row.text("suite") != "mlperf-train" and row.text("suite") != "mlperf-inference":
            continue
        peaks = [
            mine / theirs
            for names in (
                ("bf16_tflops", "bf16_tflops"),
                ("fp16_tflops", "bf16_tflops"),
                ("fp8_tflops", "fp8_tflops"),
                ("int8_tops", "int8_tops"),
            )
            if (mine := model.per_device(names[0]).value) and (theirs := h100.figure(names[1]).value)
        ]
        used = row.text("use") == "yes"
        assert not peaks or used == (Decimal(row.text("speed_ppm")) / 1_000_000 >= max(peaks) / 4), row


def test_derived_billing_weights_follow_their_rule(catalog: Catalog, table: SpeedTable) -> None:
    h100 = catalog.accelerator("h100")
    for id_, model in catalog.accelerators.items():
        weight = catalog.weight(id_, NEW_YEAR)
        assert weight is not None
        speeds = [row.speed_ppm for row in table.rows if row.accelerator == id_ and row.use and row.suite.startswith("mlperf")]
        if weight.basis != "derived" or "x 0." in weight.derivation:
            continue
        if len(speeds) >= 2:
            assert weight.derivation == f"geometric mean of {len(speeds)} published workload classes"
            expected = geometric_mean([float(speed) for speed in speeds if speed])
        else:
            sixteen = model.per_device("bf16_tflops").value or model.per_device("fp16_tflops").value
            eight = model.per_device("int8_tops").value
            reference = h100.figure("bf16_tflops" if sixteen else "int8_tops").value
            assert reference
            expected = float((sixteen or eight or 0) / reference) * 1e6
        assert abs(weight.weight_ppm - max(expected, 10_000)) <= 5_001, (id_, weight, expected)


@pytest.mark.parametrize(("model", "ratio"), [("p100", "0.943"), ("k80", "0.297")])
def test_weights_of_old_models_follow_the_jobs_measured_on_both(shared: Path, catalog: Catalog, model: str, ratio: str) -> None:
    steps: dict[str, dict[str, float]] = {}
    with (shared / "data" / "gavel_simulation_throughputs.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["consolidated"] == "True" and line["scale_factor"] == "1":
                steps.setdefault(line["job_type"], {})[line["worker_type"]] = float(line["iterations_per_s"])
    both = [speed[model] / speed["v100"] for speed in steps.values() if speed.get(model) and speed.get("v100")]
    weight = catalog.weight(catalog.resolve(model), NEW_YEAR)
    assert weight is not None
    assert f"{geometric_mean(both):.3f}" == ratio
    assert f"x {ratio}, the geometric mean of {len(both)} job types" in weight.derivation
    assert weight.weight_ppm == round(Decimal(125) / 989 * Decimal(ratio), 2) * 1_000_000


def test_first_benchmark_of_a_class_is_the_one_used(table: SpeedTable) -> None:
    for workload in table.workloads.values():
        order = [part.split(" ", 1)[1] for part in workload.measured_by]
        by_model: dict[str, list[str]] = {}
        for row in table.rows:
            if row.workload == workload.name and row.use and row.suite != "reference":
                by_model.setdefault(row.accelerator, []).append(row.benchmark)
        for model, used in by_model.items():
            assert len(used) == 1, (workload.name, model, used)
            assert used[0] in order


def test_figures_agree_with_the_public_tables(shared: Path, catalog: Catalog) -> None:
    """Our tables were compiled from this one; what differs would be a slip of ours."""
    scales = {"memory_gb": 1, "bf16_tflops": 1, "fp8_tflops": 1, "int8_tops": 1, "fp4_tflops": 1, "mem_bw_tbs": 1000, "tdp_w": 1}
    with (shared / "data" / "accelerators.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            for column, scale in scales.items():
                name = "bandwidth_gbs" if column == "mem_bw_tbs" else column
                if line[column]:
                    assert catalog.accelerators[line["accel_id"]].figure(name).value == Decimal(line[column]) * scale, (
                        line["accel_id"],
                        name,
                    )


def broken(name: str, old: str, new: str) -> dict[str, str]:
    text = packaged(name)
    assert text.count(old) >= 1
    return {name: text.replace(old, new, 1)}


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("figures", "nvidia-h100,tdp_w,700,W", "nvidia-h100,tdp_w,seven,W", r"catalog/figures.csv:24: value: 'seven' is no number"),
        ("figures", "nvidia-h100,tdp_w,700,W", "nvidia-h100,tdp_w,-700,W", r"figures.csv:24: value: '-700' is no figure"),
        ("figures", "nvidia-h100,tdp_w,700,W", "nvidia-h100,tdp_w,700,kW", r"figures.csv:24: unit: 'kW' where tdp_w is in W"),
        (
            "figures",
            "nvidia-h100,tdp_w,700,W",
            "nvidia-h100,tpd_w,700,W",
            r"figures.csv:24: attribute: 'tpd_w' is in no table; did you mean tdp_w",
        ),
        ("figures", "nvidia-h100,tdp_w,700,W", "nvidia-h101,tdp_w,700,W", r"figures.csv:24: thing: 'nvidia-h101' is in no table"),
        ("figures", "nvidia-h100,tf32_tflops", "nvidia-h100,fp32_tflops", r"figures.csv:15: attribute: nvidia-h100 has fp32_tflops twice"),
        ("accelerators", "nvidia-h200,", "nvidia-h100,", r"accelerators.csv:4: id: 'nvidia-h100' stands here for the second time"),
        ("accelerators", "id,names", "id,name", r"accelerators.csv:1: the header is"),
        ("billing_weights", "2025-01-01,1.00,", "2025-01-32,1.00,", r"billing_weights.csv:3: valid_from: '2025-01-32' is no day"),
        ("billing_weights", "2025-01-01,1.00,", "2025-01-01,0,", r"billing_weights.csv:3: weight: '0' is no weight"),
        ("billing_weights", "2025-01-01,1.00,", "2025-01-01,,", r"billing_weights.csv:3: basis: 'reference' with the weight ''"),
        ("partitions", "2,1000,64", "2,1000.5,64", r"partitions.csv:2: milli: '1000.5' is no whole number"),
        ("assumptions", ",1,0.025,4.611,", ",9,0.025,4.611,", r"assumptions.csv:2: value: 9 lies outside its own range"),
    ],
)
def test_a_bad_cell_is_named_by_file_line_and_field(table: str, old: str, new: str, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        load_catalog(tables=broken(table, old, new))


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("speeds", "nvidia-h200,1133000,yes", "nvidia-h200,,yes", r"speeds.csv:3: speed_ppm: a row that is used has a speed above 0"),
        ("speeds", "nvidia-h200,1133000,yes", "nvidia-h200,1133000,perhaps", r"speeds.csv:3: use: 'perhaps' is not one of yes, no"),
        ("speeds", "llm-pretrain,nvidia-h200", "llm-pretrian,nvidia-h200", r"speeds.csv:3: workload: .*did you mean llm-pretrain"),
        ("workloads", "generic,unknown", "generic,maybe", r"workloads.csv:2: training: 'maybe' is not one of"),
    ],
)
def test_a_bad_speed_is_named_too(catalog: Catalog, table: str, old: str, new: str, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        load_speed_table(catalog, tables=broken(table, old, new))


@pytest.mark.parametrize("text", ["", "what,model\n", '"', "what,model,workload,value,low,high,unit,who,why\nspeed,*\n", "\x00,"])
def test_a_table_that_is_none_is_an_error_with_a_place(text: str) -> None:
    with pytest.raises(CatalogError, match=r"catalog/assumptions\.csv"):
        load_catalog(tables={"assumptions": text})


def section(**parts: object) -> CatalogSection:
    return CatalogSection.model_validate(parts)


def at(*loc: str | int) -> Where:
    return Where("mine.yaml", 12, ".".join(str(part) for part in loc))


MINE = {"id": "my-npu", "vendor": "Mine", "model": "N1", "kind": "npu", "origin": "domestic", "training": "no", "source": "my data sheet"}
GUESS = {"who": "me", "why": "a test"}


def test_a_scenario_changes_and_adds_models() -> None:
    given = section(
        accelerators=[
            {"id": "h100", "power": "650W", "source": "our meter"},
            {**MINE, "memory": "64GB", "names": ["n1"], "node": "my-server", "figures": {"bf16_tflops": "100.5"}},
        ],
        node_models=[{"id": "my-server", "accelerator": "my-npu", "cards": 4, "devices": 4, "power": "2.5kW", "source": "my data sheet"}],
    )
    catalog = load_catalog(given, at)
    h100, mine = catalog.accelerator("h100"), catalog.accelerator("N1")
    assert (h100.figure("tdp_w").value, h100.figure("tdp_w").source, h100.figure("memory_gb").value) == (650, "our meter", 80)
    assert (mine.memory_gb.value, mine.figure("bf16_tflops").value, mine.figure("tdp_w").known) == (64, Decimal("100.5"), False)
    assert (mine.devices_per_node, catalog.node_model("my-server").figure("power_rated_w").value) == (4, 2500)
    assert catalog.billing_weight("my-npu", NEW_YEAR) is None
    assert mine in catalog.group("domestic")
    assert load_speed_table(catalog, given).class_speeds("llm-finetune", ["my-npu"]) == [0]


def test_a_scenario_sets_weights_speeds_and_assumptions() -> None:
    given = section(
        accelerators=[MINE],
        billing_weights={"h200": "1.1"},
        speeds=[{"workload": "vision", "model": "mi300x", "speed": "1.25", "source": "a paper"}],
        assume=[
            {"what": "billing_weight", "model": "my-npu", "value": "0.3", "range": ["0.1", "0.5"], **GUESS},
            {"what": "billing_weight", "model": "domestic", "value": "0.9", "range": ["0.1", "1"], **GUESS},
            {"what": "memory_gb", "model": "v100", "value": "32", "range": ["16", "32"], "unit": "GB", **GUESS},
            {"what": "speed", "model": "intel", "value": "0.8", "range": ["0.4", "1.2"], **GUESS},
            {"what": "statement", "who": "me", "why": "nothing is real"},
        ],
    )
    catalog = load_catalog(given, at)
    table = load_speed_table(catalog, given)
    assert [catalog.billing_weight(name, dt.date(1999, 1, 1)) for name in ("h200", "my-npu")] == [1_100_000, 300_000]
    assert catalog.billing_weight("rngd", NEW_YEAR) == 260_000, "an assumption about a group fills gaps only"
    v100 = catalog.accelerator("v100").memory_gb
    assert (v100.value, v100.source, v100.confidence) == (32, "assumed by me", "low")
    assert table.class_speeds("vision-train", ["mi300x", "gaudi3", "gaudi2"]) == [1_250_000, 800_000, 830_000]
    assert [row.what for row in catalog.assumptions] == ["billing_weight", "billing_weight", "memory_gb", "speed", "statement", "speed"]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"billing_weights": {"h300": "1"}}, r"mine.yaml:12: catalog.billing_weights.h300: no accelerator 'h300'.*did you mean h200"),
        (
            {"assume": [{"what": "sped", "model": "h100", "value": "1", "range": ["1", "1"], **GUESS}]},
            r"assume.0.what: .*did you mean speed",
        ),
        ({"assume": [{"what": "speed", "model": "h300", "value": "1", "range": ["1", "1"], **GUESS}]}, r"mine.yaml:12.*did you mean h200"),
        (
            {"assume": [{"what": "memory_gb", "model": "v100", "value": "1", "range": ["1", "1"], "unit": "TB", **GUESS}]},
            r"assumed in 'TB'; give it in GB",
        ),
        ({"accelerators": [{**MINE, "figures": {"tdp": "9"}}]}, r"figures.tdp: no figure 'tdp' in the catalogue; did you mean tdp_w"),
        ({"accelerators": [{"id": "my-npu", "source": "x"}]}, r"mine.yaml:12: vendor: this cell may not be empty"),
        ({"accelerators": [{**MINE, "node": "nowhere"}]}, r"mine.yaml:12: node: 'nowhere' is in no table"),
        ({"node_models": [{"id": "n", "source": "x"}]}, r"mine.yaml:12: accelerator: this cell may not be empty"),
    ],
)
def test_a_mistake_of_a_scenario_is_named_with_its_line(parts: dict[str, object], message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        load_catalog(section(**parts), at)
