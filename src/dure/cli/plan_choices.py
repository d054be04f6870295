"""`dure plan front`, `ranges`, `alternatives` and `values`: the choices that a purchase plan leaves, and what each is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure import __version__
from dure.cli.context import at_least, put, put_json, width, words
from dure.cli.options import Force
from dure.cli.plan_run import plan_names
from dure.cli.table_files import Csv, Xlsx, inputs_about, may_write_tables, write_tables

if TYPE_CHECKING:
    from dure.adapters.files import LoadedScenario
    from dure.present.choices import Answer
    from dure.present.tables import Word
    from dure.present.words import Words
    from dure.solver import Limits

BREACHED = 70
GAP_PPM = 5_000

Scenario = Annotated[Path, Parameter(help="scenario file with `plan.cost` and `plan.purchase`")]
Output = Annotated[Path | None, Parameter(metavar="FILE", help="write the answer as one self-contained HTML file")]
Seconds = Annotated[int, Parameter(help="seconds until the solver stops, for each plan")]
Gap = Annotated[int, Parameter(metavar="PPM", help="gap at which the solver may stop, in parts per million")]
Sets = Annotated[tuple[str, ...], Parameter(name="--set", metavar="PATH=VALUE", help="change one value: path=value, as often as needed")]
Json = Annotated[bool, Parameter(help="print one JSON object instead of text")]


def front(
    scenario: Scenario,
    /,
    *,
    points: Annotated[int, Parameter(help="points of each front")] = 20,
    keep_shares: Annotated[bool, Parameter(help="keep the ranges of vendors while the largest share falls")] = False,
    output: Output = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    seconds: Seconds = 10,
    gap: Gap = GAP_PPM,
    sets: Sets = (),
    json: Json = False,
) -> int:
    """Exit 0; 70 where the independent check finds a rule broken."""
    at_least("--points", points, 2)

    def asked(loaded: LoadedScenario, limits: Limits, say: Words) -> Answer | None:
        from dure.adapters.scenario_purchase import scenario_purchase
        from dure.plan.front import fronts
        from dure.present.front_tables import answer

        made = fronts(scenario_purchase(loaded).purchase, limits, points, keep_shares=keep_shares)
        return None if made is None else answer(made, *_about(loaded, say), say)

    return _said(scenario, asked, output, xlsx, csv, seconds, gap, sets, force=force, json=json)


def ranges(
    scenario: Scenario,
    /,
    *,
    output: Output = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    seconds: Seconds = 10,
    gap: Gap = GAP_PPM,
    sets: Sets = (),
    json: Json = False,
) -> int:
    """Exit 0; 70 where the independent check finds a rule broken."""

    def asked(loaded: LoadedScenario, limits: Limits, say: Words) -> Answer | None:
        from dure.adapters.purchase_ranges import assumed_ranges
        from dure.adapters.scenario_purchase import scenario_purchase
        from dure.plan.ranges import ranges as move
        from dure.present.range_tables import Figure, answer

        found = list(assumed_ranges(loaded))
        made = move(scenario_purchase(loaded).purchase, [(one.at_low, one.at_high) for one in found], limits)
        figures = [Figure(one.what, one.of, one.item, one.value, one.low, one.high, one.who, one.why, one.why_ko) for one in found]
        _, word, inputs, version = _about(loaded, say)
        return None if made is None else answer(made, figures, word, inputs, version, say)

    return _said(scenario, asked, output, xlsx, csv, seconds, gap, sets, force=force, json=json)


def alternatives(
    scenario: Scenario,
    /,
    *,
    slack: Annotated[int, Parameter(metavar="PERCENT", help="how much less may be served and how much more may be spent, in percent")] = 2,
    plans: Annotated[int, Parameter(help="plans to show beside the best one")] = 4,
    output: Output = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    seconds: Seconds = 10,
    gap: Gap = GAP_PPM,
    sets: Sets = (),
    json: Json = False,
) -> int:
    """Exit 0; 70 where the independent check finds a rule broken."""
    at_least("--slack", slack, 0)
    at_least("--plans", plans)

    def asked(loaded: LoadedScenario, limits: Limits, say: Words) -> Answer | None:
        from dure.adapters.scenario_purchase import scenario_purchase
        from dure.plan.alternatives import alternatives as differ
        from dure.present.choice_tables import alternatives as answer

        made = differ(scenario_purchase(loaded).purchase, limits, slack * 10_000, plans)
        return None if made is None else answer(made, *_about(loaded, say), say)

    return _said(scenario, asked, output, xlsx, csv, seconds, gap, sets, force=force, json=json)


def values(
    scenario: Scenario,
    /,
    *,
    output: Output = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    seconds: Seconds = 10,
    gap: Gap = GAP_PPM,
    sets: Sets = (),
    json: Json = False,
) -> int:
    """Exit 0; 70 where the independent check finds a rule broken."""

    def asked(loaded: LoadedScenario, limits: Limits, say: Words) -> Answer | None:
        from dure.adapters.scenario_purchase import scenario_purchase
        from dure.plan.values import values as worth
        from dure.present.choice_tables import values as answer

        made = worth(scenario_purchase(loaded).purchase, limits)
        return None if made is None else answer(made, *_about(loaded, say), say)

    return _said(scenario, asked, output, xlsx, csv, seconds, gap, sets, force=force, json=json)


def _about(loaded: LoadedScenario, say: Words) -> tuple[Sequence[str], Word, Sequence[tuple[str, str]], str]:
    """What every answer carries: what was assumed, the word of its figures, its inputs and the version."""
    from dure.adapters.scenario_purchase import scenario_purchase
    from dure.present.purchase_tables import assumption_sentence
    from dure.present.tables import Word

    assumed = [assumption_sentence(one, say) for one in scenario_purchase(loaded).assumed]
    return assumed, Word.ASSUMED if assumed else Word.PUBLISHED, loaded.inputs, __version__


def _said(
    scenario: Path,
    ask: Callable[[LoadedScenario, Limits, Words], Answer | None],
    output: Path | None,
    xlsx: Path | None,
    csv: Path | None,
    seconds: int,
    gap: int,
    sets: tuple[str, ...],
    *,
    force: bool,
    json: bool,
) -> int:
    """Asks, writes what is to be written, and says the answer."""
    from dure.adapters.files import load_scenario
    from dure.present.choices import as_json, view
    from dure.solver import Limits

    at_least("--seconds", seconds)
    at_least("--gap", gap, 0)
    if output is not None:
        from dure.adapters.outputs import may_write_page

        may_write_page(output, (scenario,), force=force)
    may_write_tables(xlsx, csv, (scenario,), force=force)
    loaded = load_scenario(scenario, sets)
    say = words(plan_names(loaded))
    made = ask(loaded, Limits(time_s=float(seconds), gap=gap / 1_000_000), say)
    if made is None:
        if json:
            put_json({"plan": loaded.scenario.programme.name, "status": "infeasible", "sentences": [say("choice.none")]})
        else:
            print(say("choice.none"))
        return 0
    wrote = _write(made, scenario, output, xlsx, csv, say, force=force)
    if json:
        put_json(as_json(made) | {"wrote": wrote})
    else:
        put(view(made, say, width()))
        for at, path in enumerate(wrote):
            print(("" if at else "\n") + say("buy.wrote", file=path))
    return BREACHED if made.broken else 0


def _write(made: Answer, scenario: Path, output: Path | None, xlsx: Path | None, csv: Path | None, say: Words, *, force: bool) -> list[str]:
    wrote = []
    if output is not None:
        from dure.adapters.files import write_text
        from dure.adapters.render import svg
        from dure.present.choices import page_html

        write_text(output, page_html(made, say, {key: svg(one.spec) for key, one in made.charts.items()}))
        wrote.append(str(output))
    if xlsx is None and csv is None:
        return wrote
    about = inputs_about(made.name, made.inputs, list(made.said), say)
    return wrote + write_tables(dict(made.tables), about, xlsx, csv, say, reads=(scenario,), force=force)
