from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from dure.adapters.demand_files import demand_services
from dure.adapters.files import load_scenario
from dure.adapters.scenario_models import scenario_models
from dure.model.catalog import Accelerator
from dure.wire.scenario import Scenario

FOLDER = Path(__file__).parents[2] / "examples"
EXAMPLES = sorted(path for path in FOLDER.glob("*.yaml") if "\ntender:" not in path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_read_without_a_note(path: Path) -> None:
    loaded = load_scenario(path)
    assert loaded.scenario.notes == ()
    assert list(scenario_models(loaded).pools) == list(loaded.scenario.pools)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_written_scenario_reads_back_as_itself(path: Path) -> None:
    scenario = load_scenario(path).scenario
    assert Scenario.model_validate(scenario.model_dump(mode="json")) == scenario
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario


def accelerators_by(path: str, key: Callable[[Accelerator], str]) -> Counter[str]:
    """Accelerators contracted by an example, counted by a property of their model."""
    loaded = load_scenario(FOLDER / path)
    found: Counter[str] = Counter()
    for name, model in scenario_models(loaded).pools.items():
        found[key(model.accelerator)] += loaded.scenario.pools[name].nodes * model.devices
    return found


def test_korea_has_sixty_thirty_ten() -> None:
    groups = {"nvidia": "NVIDIA", "amd": "AMD and Intel", "intel": "AMD and Intel", "domestic": "domestic"}
    assert accelerators_by("korea-50k.yaml", lambda model: groups[model.origin]) == {
        "NVIDIA": 30_000,
        "AMD and Intel": 15_000,
        "domestic": 5_000,
    }
    models = {"nvidia-h200", "nvidia-b200", "nvidia-b300", "amd-mi300x", "amd-mi325x", "amd-mi355x", "intel-gaudi3"}
    assert set(accelerators_by("korea-50k.yaml", lambda model: model.id)) == models | {"furiosa-rngd", "rebellions-rebel-quad"}


def test_korea_stands_on_four_operators_and_a_national_centre() -> None:
    scenario = load_scenario(FOLDER / "korea-50k.yaml").scenario
    assert {site.operator for site in scenario.sites} == {"가", "나", "다", "라", "national-centre"}
    assert {one.kind for one in scenario.programme.organisations} == {"university", "institute", "firm", "startup", "public"}
    assert 60 <= len(scenario.programme.projects) <= 120


def test_korea_knows_a_speed_for_every_class_it_draws() -> None:
    loaded = load_scenario(FOLDER / "korea-50k.yaml")
    models = scenario_models(loaded)
    ids = sorted({pool.accelerator.id for pool in models.pools.values()})
    generate = loaded.scenario.demand.generate
    assert generate is not None
    for workload in generate.workloads_micro or {}:
        assert None not in models.speeds.class_speeds(workload, ids), workload


def test_gwangju_is_funded_for_56_4_percent() -> None:
    assert accelerators_by("gwangju.yaml", lambda model: model.id) == {
        "nvidia-a100": 796,
        "nvidia-h100": 880,
        "nvidia-t4": 384,
        "graphcore-bow": 128,
    }
    scenario = load_scenario(FOLDER / "gwangju.yaml").scenario
    (site,) = scenario.sites
    size = {pool.name: pool.accelerators_per_node or 0 for pool in site.pools}
    dark = sum((event.nodes or 0) * size[event.pool or ""] for event in site.events if event.mode == "unfunded")
    assert f"{1 - dark / 2_188:.1%}" == f"{44.3 / 78.6:.1%}" == "56.4%"


def test_the_known_clusters_have_their_size() -> None:
    assert accelerators_by("philly.yaml", lambda model: model.id) == {"nvidia-p100": 512}
    assert accelerators_by("hpc2n.yaml", lambda model: model.kind) == {"cpu": 240}


def test_an_example_that_extends_another_changes_what_it_says() -> None:
    base, over = (load_scenario(FOLDER / name) for name in ("quickstart.yaml", "quickstart-fcfs.yaml"))
    assert [Path(path).name for path, _ in over.inputs] == ["quickstart-fcfs.yaml", "quickstart.yaml"]
    assert (base.scenario.pools["river/rngd"].nodes, over.scenario.pools["river/rngd"].nodes) == (4, 6)
    assert over.scenario.sites[0] == base.scenario.sites[0]
    assert over.scenario.policy.order.kind == "fcfs"


def test_the_service_by_rate_is_sized_on_the_slowest_model_it_may_run_on() -> None:
    """900 requests/s of 400 tokens, on 8 MI300X at 3,481.8 tokens/s each with 20 % free: ⌈900 / (69.636 × 0.8)⌉ = 17."""
    loaded = load_scenario(FOLDER / "korea-50k.yaml")
    found = demand_services(loaded, scenario_models(loaded))
    assert found is not None
    by_name = {one.name: one for one in found.offer.services}
    one = by_name["campus-assistant"]
    assert (one.unit, one.sized_on, max(step.replicas for step in one.steps)) == ("requests/s", "amd-mi300x", 17)
    assert {one.rates[model].basis for model in ("nvidia-h200", "nvidia-b200", "amd-mi300x", "amd-mi325x")} == {"published"}
    assert {one.rates[model].basis for model in ("nvidia-b300", "amd-mi355x")} == {"assumed"}
    assert not by_name["public-chat"].rates, "it says its replicas"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_reason_of_an_example_is_said_in_korean_too(path: Path) -> None:
    scenario = load_scenario(path).scenario
    given = [(one.why, one.why_ko) for one in scenario.catalog.assume]
    given += [(event.why, event.why_ko) for site in scenario.sites for event in site.events if event.why]
    given += [(value.source, value.source_ko) for value in (scenario.programme.value_won_per_accelerator_hour or {}).values()]
    assert [english for english, korean in given if not korean] == []
    assert scenario.programme.name_ko
