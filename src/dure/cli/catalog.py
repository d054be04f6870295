"""`dure catalog`: the models that dure knows, what they can do, and who says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from dure.cli.catalog_print import NARROW, print_facts, print_sources, print_table, wrapped
from dure.cli.context import put_json, width, words
from dure.cli.options import CatalogueOf, Json, WeightsOn
from dure.model.errors import CatalogError, InputError

if TYPE_CHECKING:
    from dure.model.catalog import Accelerator, Catalog, Fact, NodeModel
    from dure.plant.speed import SpeedTable

SHOW = "show"


def catalog(
    *model: Annotated[str, Parameter(help="model or node model to show with its sources; none lists all")],
    vendor: Annotated[str | None, Parameter(help="only models of this vendor")] = None,
    origin: Annotated[Literal["nvidia", "amd", "intel", "domestic", "other"] | None, Parameter(help="only models of this group")] = None,
    kind: Annotated[str | None, Parameter(help="only this kind: gpu, npu, tpu, asic, ipu")] = None,
    training: Annotated[Literal["yes", "no"] | None, Parameter(help="only models that can train, or that cannot")] = None,
    memory: Annotated[str | None, Parameter(help="only devices with memory in this range: 80GB.. or 16GB..48GB")] = None,
    nodes: Annotated[bool, Parameter(help="list node models instead")] = False,
    weights: Annotated[bool, Parameter(help="list billing weights with their derivation instead")] = False,
    speeds: Annotated[bool, Parameter(help="list speeds by workload class instead")] = False,
    on: WeightsOn = None,
    scenario: CatalogueOf = None,
    json: Json = False,
) -> int:
    """Lists models, or shows one with every figure and its source; unknown is said, never 0."""
    known, table = load(scenario)
    day = day_of(on)
    wanted = _wanted(model)
    if wanted is not None:
        return _show(known, table, wanted, day, json)
    models, unsure = _chosen(known, vendor, origin, kind, training, memory)
    if nodes:
        chosen = {one.id for one in models}
        return _list_nodes([node for node in known.node_models.values() if node.accelerator in chosen], json)
    if weights:
        return _list_weights(known, models, day, json)
    if speeds:
        return _list_speeds(table, models, json)
    _list_models(known, models, unsure, day, json)
    if scenario is not None and not json:
        _list_assumptions(known)
    return 0


def load(scenario: Path | None) -> tuple[Catalog, SpeedTable]:
    from dure.adapters.catalogs import load_catalog, load_speed_table

    if scenario is None:
        known = load_catalog()
        return known, load_speed_table(known)
    from dure.adapters.files import load_scenario

    loaded = load_scenario(scenario)
    known = load_catalog(loaded.scenario.catalog, loaded.where)
    return known, load_speed_table(known, loaded.scenario.catalog)


def _wanted(names: tuple[str, ...]) -> str | None:
    """`dure catalog h200` and `dure catalog show h200` are the same."""
    rest = names[1:] if names[:1] == (SHOW,) else names
    if len(rest) > 1:
        raise InputError(words()("catalog.too_much", word=rest[1]), remedy=words()("catalog.too_much_remedy"))
    return rest[0] if rest else None


def day_of(text: str | None) -> dt.date:
    if text is None:
        return dt.datetime.now(dt.UTC).date()
    from dure.wire.quantity import QuantityError, instant_s

    try:
        return dt.datetime.fromtimestamp(instant_s(text), dt.UTC).date()
    except QuantityError as error:
        raise InputError(error.what, remedy=error.remedy) from None


def _chosen(
    known: Catalog, vendor: str | None, origin: str | None, kind: str | None, training: str | None, memory: str | None
) -> tuple[list[Accelerator], list[Accelerator]]:
    """The models that pass every filter, and those that would but for a memory that nobody states."""
    models = list(known.accelerators.values())
    models = _among(models, "vendor", vendor)
    models = _among(models, "origin", origin)
    models = _among(models, "kind", kind)
    models = [one for one in models if training in (None, one.training)]
    if memory is None:
        return models, []
    least, most = _range_gb(memory)
    unsure = [one for one in models if not one.memory_gb.known]
    fitting = [one for one in models if (gb := one.memory_gb.value) is not None and least <= gb and (most is None or gb <= most)]
    return fitting, unsure


def _among(models: list[Accelerator], what: str, name: str | None) -> list[Accelerator]:
    """The models with this vendor, origin or kind; a name that none in the catalogue has is a mistake of the caller."""
    from dure.model.catalog import fold

    if name is None:
        return models
    found = [one for one in models if fold(getattr(one, what)) == fold(name)]
    if not found:
        say = words()
        names = ", ".join(dict.fromkeys(fold(getattr(one, what)) for one in models))
        what = what if what == "origin" else say(f"catalog.{what}")
        raise CatalogError(say("catalog.no_such_group", what=what, name=name), remedy=say("catalog.one_of", names=names))
    return found


def _range_gb(text: str) -> tuple[int, int | None]:
    from dure.wire.quantity import QuantityError, memory_range_gb

    try:
        return memory_range_gb(text)
    except QuantityError as error:
        raise InputError(error.what, remedy=error.remedy) from None


def _list_models(known: Catalog, models: Sequence[Accelerator], unsure: Sequence[Accelerator], day: dt.date, json: bool) -> int:
    from dure.present.catalog_tables import model_json, models_table

    say = words()
    if json:
        put_json(
            {
                "accelerators": [model_json(known, one, day) for one in models],
                "memory_unknown": [one.id for one in unsure],
                "assumptions": [row.as_row() for row in known.assumptions],
            }
        )
        return 0
    if models:
        print_table(models_table(known, models, day, say), hide=("vendor", "kind") if width() < NARROW else ())
        print(wrapped(say("catalog.list_note", example=models[0].short)))
    else:
        print(say("catalog.nothing"))
    if unsure:
        print(wrapped(say("catalog.no_memory", names=", ".join(one.short for one in unsure))))
    return 0


def _list_assumptions(known: Catalog) -> None:
    """What the scenario and dure assume about machines: value, range, who and why."""
    from dure.present.assumptions import assumption_line, assumption_table
    from dure.present.layout import hanging

    say = words()
    table = assumption_table([row.as_row() for row in known.assumptions], say)
    print(f"\n{table.title}")
    for row in table.rows:
        print(hanging(f"- {assumption_line(row, say)}", width()))


def _list_nodes(nodes: Sequence[NodeModel], json: bool) -> int:
    from dure.present.catalog_tables import node_json, nodes_table

    if json:
        put_json({"node_models": [node_json(node) for node in nodes]})
    else:
        print_table(nodes_table(nodes, words()))
    return 0


def _list_weights(known: Catalog, models: Sequence[Accelerator], day: dt.date, json: bool) -> int:
    from dure.present.catalog_tables import weight_json, weights_table

    say = words()
    if json:
        put_json({"on": day.isoformat(), "billing_weights": {one.id: weight_json(known.weight(one.id, day)) for one in models}})
        return 0
    rows = [row for one in models if (row := known.weight(one.id, day)) is not None]
    print_table(weights_table(rows, say("catalog.weights_title", day=day.isoformat()), say))
    return 0


def _list_speeds(table: SpeedTable, models: Sequence[Accelerator], json: bool) -> int:
    from dure.present.catalog_tables import speed_lines, speeds_json
    from dure.present.layout import two_columns

    say = words()
    if json:
        put_json({"speeds": {one.id: speeds_json(table, one.id) for one in models}})
        return 0
    print(say("catalog.speeds_title"))
    print(two_columns(speed_lines(table, models, say), width()))
    print(wrapped(say("catalog.speeds_note", example="h200")))
    return 0


def _show(known: Catalog, table: SpeedTable, name: str, day: dt.date, json: bool) -> int:
    from dure.model.catalog import fold

    node = known.node_models.get(fold(name))
    if node is not None:
        return _show_node(node, json)
    return _show_model(known, table, known.accelerator(name), day, json)


def _show_model(known: Catalog, table: SpeedTable, model: Accelerator, day: dt.date, json: bool) -> int:
    from dure.present import catalog_tables as tables

    say = words()
    nodes = [node for node in known.node_models.values() if node.accelerator == model.id]
    if json:
        more = {"node_models": [tables.node_json(node) for node in nodes], "speeds": tables.speeds_json(table, model.id)}
        put_json({"accelerator": tables.model_json(known, model, day) | more})
        return 0
    print_facts(f"{model.vendor} {model.model} · {model.id}", _identity(model))
    _print_figures(model.figures, say("catalog.section_figures"))
    if parts := known.parts(model.id):
        print_table(tables.parts_table(known, model, say))
        print_facts("", [(say("catalog.source"), source) for source in dict.fromkeys(part.source for part in parts)])
    if nodes:
        print_table(tables.nodes_table(nodes, say), title=say("catalog.section_nodes"), hide=("accelerator",))
    weights = [row for row in known.weights if row.accelerator == model.id]
    print_table(tables.weights_table(weights, say("catalog.section_weights"), say), hide=("accelerator",))
    print_table(tables.speeds_table(table, model, say), hide=("as_of",) if width() < NARROW else ())
    print_sources(tables.speed_sources(table, model))
    _print_line("catalog.no_speed", tables.unmeasured(table, model))
    software = ("stack", "torch_device", "collective", "image", "slurm_gres", "k8s_resource")
    print_facts(say("catalog.section_software"), [(say(f"catalog.{key}"), model.stack[key] or say.unknown) for key in software])
    return 0


def _identity(model: Accelerator) -> list[tuple[str, str]]:
    say = words()
    memory = str(model.memory_gb) if model.memory_gb.known else say.unknown
    rows = [
        (say("catalog.names"), ", ".join(model.names)),
        (say("catalog.kind"), f"{model.kind}, {model.origin}"),
        (say("catalog.trains"), say(f"catalog.{model.training}")),
        (say("catalog.card"), say("catalog.levels", devices=model.devices_per_card, memory=memory)),
        (say("catalog.year"), say.unknown if model.year is None else str(model.year)),
        (say("catalog.form_factor"), model.form_factor or say.unknown),
        (say("catalog.memory_type"), model.stack["memory_type"] or say.unknown),
        (say("catalog.scaleup"), model.stack["scaleup"] or say.unknown),
        (say("catalog.row_source"), model.source),
    ]
    return [*rows, (say("catalog.note"), model.note)] if model.note else rows


def _show_node(node: NodeModel, json: bool) -> int:
    from dure.present.catalog_tables import node_json, nodes_table

    say = words()
    if json:
        put_json({"node_model": node_json(node)})
        return 0
    print_table(nodes_table([node], say), title=f"{node.name} · {node.id}")
    _print_figures(node.figures, say("catalog.section_node_figures"))
    print_facts("", [(say("catalog.row_source"), node.source), *([(say("catalog.note"), node.note)] if node.note else [])])
    return 0


def _print_figures(figures: Mapping[str, Fact], title: str) -> None:
    """Figures with numbered sources, then the sources, then what no source states."""
    from dure.present.catalog_tables import bare, figures_table, sources

    pairs = list(figures.items())
    print_table(figures_table(pairs, title, words()))
    print_sources(sources(pairs))
    _print_line("catalog.no_source", bare(pairs))


def _print_line(key: str, names: Sequence[str]) -> None:
    if names:
        print(wrapped(words()(key, names=", ".join(names))) + "\n")
