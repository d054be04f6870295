import json
from typing import Any

import pytest
from pydantic import ValidationError

from dure.wire.problems import UnfitScenario
from dure.wire.quantity import QuantityError
from dure.wire.scenario import Scenario, scenario_schema
from dure.wire.scenario_programme import HourValue

DAY_S = 86_400


def two_sites() -> dict[str, Any]:
    """A small sound scenario to break in one place."""
    return {
        "programme": {
            "start": "2026-01-05",
            "horizon": "10d",
            "organisations": [{"name": "uni", "projects": [{"name": "vision"}, {"name": "lab", "count": 3}]}],
            "allocations": [{"project": "vision", "pool": "ga/h200", "nodes": 4}],
        },
        "sites": [
            {"name": "ga", "operator": "가", "pools": [{"name": "h200", "model": "nvidia-h200", "nodes": 8}]},
            {"name": "na", "operator": "나", "pools": [{"name": "rngd", "model": "furiosa-rngd", "nodes": 2}]},
        ],
        "demand": {"generate": {"load": 0.9}},
        "policy": {"qos": [{"name": "urgent", "preempts": True}]},
    }


def changed(path: str, value: object) -> dict[str, Any]:
    """The sound scenario with one value put at a dotted path."""
    data: Any = two_sites()
    *way, last = path.split(".")
    here = data
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    if isinstance(here, list):
        here.append(value)
    else:
        here[last] = value
    return dict(data)


def causes(data: dict[str, Any]) -> list[QuantityError | UnfitScenario]:
    with pytest.raises(ValidationError) as raised:
        Scenario.model_validate(data)
    return [error["ctx"]["error"] for error in raised.value.errors()]


def test_everything_may_be_left_out() -> None:
    empty = Scenario.model_validate({})
    assert empty == Scenario()
    assert (empty.pools, empty.programme.horizon_s, empty.programme.seed) == ({}, None, 1)
    assert [one.name for one in empty.policy.qos] == ["normal"]


def test_quantities_arrive_as_integers() -> None:
    data = two_sites()
    data["sites"][0] |= {
        "failures": {"per_1000_node_days": 6.5, "repair_max": "4h"},
        "events": [{"at": "2026-01-07", "for": "12h", "mode": "unfunded", "share": "43.64%"}],
        "power_cap": "40MW",
        "pue": 1.3,
    }
    scenario = Scenario.model_validate(data)
    site = scenario.sites[0]
    assert (scenario.programme.start_s, scenario.programme.horizon_s) == (1_767_571_200, 10 * DAY_S)
    assert site.failures is not None
    assert (site.failures.per_1000_node_days_micro, site.failures.repair_min_s, site.failures.repair_max_s) == (6_500_000, 1_800, 14_400)
    assert (site.events[0].at_s, site.events[0].for_s, site.events[0].share_ppm) == (2 * DAY_S, 43_200, 436_400)
    assert (site.power_cap_w, site.pue_ppm) == (40_000_000, 1_300_000)
    assert scenario.demand.generate is not None
    assert scenario.demand.generate.load_ppm == 900_000


def test_pools_and_projects_keep_the_order_of_the_file() -> None:
    scenario = Scenario.model_validate(two_sites())
    assert list(scenario.pools) == ["ga/h200", "na/rngd"]
    assert [project.name for project in scenario.programme.projects] == ["vision", "lab-01", "lab-02", "lab-03"]


def test_many_equal_projects_keep_their_number_sortable() -> None:
    data = changed("programme.organisations.0", None)
    data["programme"]["organisations"] = [{"name": "uni", "projects": [{"name": "p", "count": 120}]}]
    data["programme"]["allocations"] = []
    names = [project.name for project in Scenario.model_validate(data).programme.projects]
    assert names == sorted(names)
    assert (names[0], names[-1], len(names)) == ("p-001", "p-120", 120)


def test_short_forms_stand_for_their_mapping() -> None:
    short = Scenario.model_validate(
        {"policy": {"order": "sjf", "backfill": "none"}, "programme": {"value_won_per_accelerator_hour": "4,110"}}
    )
    assert (short.policy.order.kind, short.policy.backfill.kind) == ("sjf", "none")
    assert short.programme.value_won_per_accelerator_hour == {"any": HourValue(won=4_110)}


def test_the_value_of_an_hour_is_unknown_rather_than_zero() -> None:
    values = {"nvidia-h200": {"won": 4000}, "any": {"won": 3000, "per": "credit", "mark": "published", "source": "a price list"}}
    read = Scenario.model_validate({"programme": {"value_won_per_accelerator_hour": values}}).programme.value_won_per_accelerator_hour
    assert read is not None
    assert read["nvidia-h200"].per_accelerator_hour(None) == 4_000
    assert read["any"].per_accelerator_hour(260_000) == 780
    assert read["any"].per_accelerator_hour(None) is None


def test_normal_service_exists_and_stands_first() -> None:
    scenario = Scenario.model_validate({"policy": {"qos": [{"name": "low"}, {"name": "normal", "priority": 5}]}})
    assert [(one.name, one.priority) for one in scenario.policy.qos] == [("normal", 5), ("low", 0)]


def test_what_is_written_out_reads_back_as_the_same_scenario() -> None:
    own = [{"id": "own", "vendor": "x", "model": "X", "kind": "npu", "origin": "domestic", "training": "no", "source": "a test"}]
    own[0] |= {"memory": "1.5TB", "power": "0.7kW"}
    scenario = Scenario.model_validate({**two_sites(), "catalog": {"accelerators": own}})
    assert scenario.model_dump(mode="json")["catalog"]["accelerators"][0]["power"] == "700W"
    assert Scenario.model_validate(json.loads(json.dumps(scenario.model_dump(mode="json")))) == scenario


def _service(**more: object) -> dict[str, object]:
    return {"name": "chat", "project": "vision", "workload": "llm-inference-small", **more}


def _rate(**more: object) -> dict[str, object]:
    said = {"model": "x", "workload": "w", "value": 1, "range": [1, 1], "unit": "tokens/s", "who": "me", "why": "so"}
    return {"what": "rate", **said, **more}


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        ("programme.organisations.0.quota", {"borrow": 3}, "nominal, which is absent"),
        ("programme.organisations.0.quota", {"nominal": 3, "lend": 4}, "lends 4 of 3"),
        ("programme.organisations.0.quota", {"models": {"nvidia-b200": -1}}, "-1 is negative"),
        ("programme.allocations.0.to", "0d", "ends before it begins"),
        ("programme.allocations.0.nodes", 0, "0 is too little"),
        ("sites.0.pools.0.delivered", [{"at": "0d", "nodes": 5}, {"at": "1d", "nodes": 4}], "9 nodes are delivered to a pool of 8"),
        ("sites.0.pools.0.own_use_nodes", 9, "9 nodes of own use in a pool of 8"),
        ("sites.0.pools.0.domain_nodes", 9, "a fabric domain of 9 nodes"),
        ("sites.0.pools", [], "a site without a pool"),
        ("sites.0.pue", 0.9, "a PUE below 1"),
        ("sites.0.failures", {"per_1000_node_days": 6.5, "repair_min": "7h"}, "longest repair is shorter"),
        ("sites.0.events", [{"at": "1d", "mode": "down", "pool": "h200", "nodes": 1, "share": "5%"}], "counts its servers twice"),
        ("sites.0.events", [{"at": "1d", "mode": "down", "nodes": 1}], "without naming their pool"),
        ("demand.generate.jobs", 100, "more than once (jobs, load)"),
        ("demand.generate", {}, "says nothing about how much"),
        ("demand.services", [{"name": "chat", "project": "vision", "workload": "llm-inference-small"}], "how many replicas"),
        ("demand.services", [_service(replicas=2, requests_per_s=5)], "how many replicas"),
        ("demand.services", [_service(tokens_per_s=5, requests_per_s=5)], "how many replicas"),
        ("demand.services", [_service(tokens_per_s=5, tokens_per_request=5)], "how long an answer is"),
        ("demand.services", [_service(replicas=5, headroom="20%")], "counts its replicas itself"),
        ("demand.services", [_service(tokens_per_s=5, headroom="100%")], "keeps all of a replica free"),
        ("demand.services", [_service(tokens_per_s={"peak": 5, "hours": [1] * 24})], "has hours and no trough"),
        ("demand.services", [_service(tokens_per_s={"peak": 5, "trough": 6})], "the trough lies above the peak"),
        ("demand.services", [_service(tokens_per_s={"peak": 5, "trough": 1, "hours": [1, 2]})], "has 2 hours"),
        ("demand.services", [_service(tokens_per_s={"peak": 5, "trough": 1, "hours": [1] * 24})], "hours of one weight"),
        ("catalog.assume", [_rate(unit="km/h")], "assumes a rate without saying of what"),
        ("catalog.assume", [_rate(workload="*")], "assumes a rate without saying of what"),
        ("demand", {"checkpoint": "1m", "checkpoint_write": "1m"}, "longer than the interval"),
        ("policy.order", {"kind": "fcfs", "age_weight": 5}, "age_weight has no effect on fcfs"),
        ("policy.backfill", {"kind": "easy", "depth": 5}, "no effect on easy"),
        ("policy.qos", [{"name": "low", "notice": "5m"}], "preempts nobody"),
        ("demand.generate", {"load": 1, "training_share": "30%", "workloads": {"llm-finetune": 1}}, "says twice what trains"),
        ("catalog.assume", [{"what": "speed", "who": "me", "why": "so", "value": 1}], "without saying which"),
        ("catalog.assume", [{"what": "speed", "model": "x", "who": "me", "why": "so", "value": 1}], "without its range"),
        ("catalog.assume", [{"what": "speed", "model": "x", "who": "me", "why": "so", "value": 1, "range": [2, 3]}], "outside its range"),
        ("catalog.assume", [{"what": "speed", "model": "x", "who": "me", "why": "so", "value": 0, "range": [0, 3]}], "a speed of 0"),
    ],
)
def test_a_section_that_contradicts_itself_is_refused(path: str, value: object, what: str) -> None:
    (cause,) = causes(changed(path, value))
    assert isinstance(cause, QuantityError)
    assert what in cause.what
    assert cause.remedy


@pytest.mark.parametrize(
    ("path", "value", "what", "remedy"),
    [
        ("programme.allocations.0.project", "visoin", "there is no project `visoin`", "did you mean `vision`?"),
        ("programme.allocations.0.pool", "ga/h20", "there is no pool `ga/h20`", "did you mean `ga/h200`?"),
        ("programme.allocations.0.nodes", 9, "9 nodes of `ga/h200` dedicated at one time, of 8", "grant fewer"),
        ("programme.allocations.x", {"project": "lab-01", "pool": "ga/h200", "nodes": 5}, "9 nodes of `ga/h200`", "at another time"),
        ("programme.organisations.x", {"name": "uni"}, "2 × the organisation `uni`", "a name of its own"),
        ("programme.organisations.x", {"name": "inst", "projects": [{"name": "lab-02"}]}, "2 × the project `lab-02`", "name of its own"),
        ("sites.1.name", "ga", "2 × the site `ga`", "a name of its own"),
        ("sites.1.pools.x", {"name": "rngd", "model": "h100", "nodes": 1}, "2 × the pool `rngd`", "a name of its own"),
        ("sites.0.events", [{"at": "1d", "mode": "down", "pool": "h20"}], "has no pool `h20`", "did you mean `h200`?"),
        ("sites.0.events", [{"at": "1d", "mode": "down", "pool": "h200", "nodes": 9}], "9 nodes of a pool of 8", "at most"),
        ("demand.generate.qos", {"urgnet": 1}, "policy.qos has no `urgnet`", "did you mean `urgent`?"),
        ("demand.generate.projects", 5, "names its projects already", "leave out"),
        ("demand.generate.from", "11d", "comes before the first", "earlier"),
        ("programme.horizon", None, "generated without an end", "programme.horizon"),
        ("demand.map", {"users": {"u*": "nobody"}}, "there is no project `nobody`", "known here"),
        ("policy.backfill", "conservative", "plans one pool, here are 2", "use easy"),
    ],
)
def test_sections_that_do_not_fit_together_are_refused(path: str, value: object, what: str, remedy: str) -> None:
    (cause,) = causes(changed(path, value))
    assert isinstance(cause, UnfitScenario)
    assert any(what in problem.what and remedy in problem.remedy for problem in cause.problems), str(cause)


def test_terms_that_follow_each_other_may_use_the_same_servers() -> None:
    data = two_sites()
    data["programme"]["allocations"] = [
        {"project": "vision", "pool": "ga/h200", "nodes": 8, "to": "5d"},
        {"project": "lab-01", "pool": "ga/h200", "nodes": 8, "from": "5d"},
    ]
    assert len(Scenario.model_validate(data).programme.allocations) == 2


def test_what_begins_after_the_horizon_is_noted_and_not_refused() -> None:
    data = changed("sites.0.events", [{"at": "9d", "mode": "down"}, {"at": "10d", "mode": "down"}])
    assert Scenario.model_validate(data).notes == ("sites[ga].events[1]: begins at 10d, after the horizon of 10d; it never happens",)


@pytest.mark.parametrize(
    ("path", "value", "note"),
    [
        (
            "sites.0.events",
            [{"at": "-3d", "for": "1d", "mode": "down"}, {"at": "-3d", "for": "4d", "mode": "down"}, {"at": "-3d", "mode": "down"}],
            "sites[ga].events[0]: is over at -2d, before the programme starts; it never happens",
        ),
        (
            "programme.organisations.x",
            {"name": "late", "projects": [{"name": "a", "granted_at": "10d", "count": 2}, {"name": "b"}]},
            "programme.organisations[late]: 2 × a grant at 10d, after the horizon of 10d; no job is drawn for it",
        ),
        ("sites.0.power_cap", "40MW", "power_cap: the plan stays within it; the twin does not limit the power of a site yet"),
        ("sites.0.pue", 1.3, "pue: read and not used yet, the power that a site draws is not worked out"),
        ("sites.0.pools.0.fabric", "400G", "fabric: read and not used yet, domain_nodes says which servers are near each other"),
    ],
)
def test_what_changes_nothing_is_noted(path: str, value: object, note: str) -> None:
    assert Scenario.model_validate(changed(path, value)).notes == (note,)


def test_a_project_is_not_stopped_before_its_grant() -> None:
    project = {"name": "a", "granted_at": "3d", "stop_at": "2d"}
    (cause,) = causes(changed("programme.organisations.x", {"name": "o", "projects": [project]}))
    assert "is stopped before it is granted" in str(cause)
    project["stop_at"] = "3d"
    Scenario.model_validate(changed("programme.organisations.x", {"name": "o", "projects": [project]}))


def test_jobs_are_not_drawn_for_nobody() -> None:
    data = changed("programme.organisations.0.projects", [{"name": "vision", "granted_at": "11d"}])
    (cause,) = causes(data)
    assert isinstance(cause, UnfitScenario)
    assert [one.remedy for one in cause.problems] == ["give one a demand above 0, and a grant before the end"]


@pytest.mark.parametrize("load", [120, "120", 10.5])
def test_a_bare_load_of_more_than_ten_fleets_is_a_slip(load: object) -> None:
    (cause,) = causes(changed("demand.generate.load", load))
    assert str(cause) == f"{load} is {load} times what the fleet has; write {load}% if you mean percent"


@pytest.mark.parametrize(("load", "ppm"), [("120%", 1_200_000), (10, 10_000_000), ("1100%", 11_000_000)])
def test_a_load_with_its_sign_is_what_it_says(load: object, ppm: int) -> None:
    generate = Scenario.model_validate(changed("demand.generate.load", load)).demand.generate
    assert generate is not None
    assert generate.load_ppm == ppm


def test_the_schema_names_every_section_and_shows_what_a_field_accepts() -> None:
    schema = scenario_schema()
    assert set(schema["properties"]) == {"extends", "programme", "catalog", "sites", "demand", "policy", "plan"}
    assert schema["additionalProperties"] is False
    horizon = schema["$defs"]["Programme"]["properties"]["horizon"]["anyOf"][0]
    assert "2h30m" in horizon["examples"]
    assert "30m" in horizon["$comment"]


def test_every_key_is_described() -> None:
    schema = scenario_schema()
    parts = {"Scenario": schema, **schema["$defs"]}
    silent = [f"{name}.{key}" for name, part in parts.items() for key, about in part["properties"].items() if not about.get("description")]
    assert silent == []
    assert all(part["description"] for part in parts.values())
