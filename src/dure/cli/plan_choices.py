"""`dure plan front`, `ranges`, `alternatives` and `values`: the choices that a purchase plan leaves, and what each is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure import __version__
from dure.cli.answers import BREACHED, About, Files, limits, plan_words, say_wrote
from dure.cli.context import at_least, put, put_json, width
from dure.cli.options import GAP_PPM, Csv, Detail, Force, Gap, Json, Page, PlanScenario, SecondsEach, Sets, Whole, Xlsx

if TYPE_CHECKING:
    from pathlib import Path

    from dure.adapters.files import LoadedScenario
    from dure.present.choices import Answer
    from dure.present.tables import Word
    from dure.present.words import Words
    from dure.solver import Limits


def front(
    scenario: PlanScenario,
    /,
    *,
    points: Annotated[Whole, Parameter(help="points of each front")] = 20,
    keep_shares: Annotated[bool, Parameter(help="keep the ranges of vendors while the largest share falls")] = False,
    output: Page = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    seconds: SecondsEach = 10,
    gap: Gap = GAP_PPM,
    sets: Sets = (),
    detail: Detail = False,
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

    return _said(scenario, sets, asked, Files((scenario,), output, xlsx, csv, force), limits(seconds, gap), detail=detail, json=json)


def ranges(
    scenario: PlanScenario,
    /,
    *,
    output: Page = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    seconds: SecondsEach = 10,
    gap: Gap = GAP_PPM,
    sets: Sets = (),
    detail: Detail = False,
    json: Json = False,
) -> int:
    """Exit 0; 70 where the independent check finds a rule broken."""

    def asked(loaded: LoadedScenario, limits: Limits, say: Words) -> Answer | None:
        from dure.adapters.purchase_ranges import assumed_ranges
        from dure.adapters.scenario_purchase import scenario_purchase
        from dure.plan.ranges import ranges as move
        from dure.present.purchase_tables import without_range
        from dure.present.range_tables import Figure, answer

        found = list(assumed_ranges(loaded))
        read = scenario_purchase(loaded)
        made = move(read.purchase, [(one.at_low, one.at_high) for one in found], limits)
        figures = [Figure(one.what, one.of, one.item, one.value, one.low, one.high, one.who, one.why, one.why_ko) for one in found]
        _, word, inputs, version = _about(loaded, say)
        return None if made is None else answer(made, figures, word, inputs, version, say, without_range(read.assumed, say))

    return _said(scenario, sets, asked, Files((scenario,), output, xlsx, csv, force), limits(seconds, gap), detail=detail, json=json)


def alternatives(
    scenario: PlanScenario,
    /,
    *,
    slack: Annotated[
        Whole, Parameter(metavar="PERCENT", help="how much less may be served and how much more may be spent, in percent")
    ] = 2,
    plans: Annotated[Whole, Parameter(help="plans to show beside the best one")] = 4,
    output: Page = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    seconds: SecondsEach = 10,
    gap: Gap = GAP_PPM,
    sets: Sets = (),
    detail: Detail = False,
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

    return _said(scenario, sets, asked, Files((scenario,), output, xlsx, csv, force), limits(seconds, gap), detail=detail, json=json)


def values(
    scenario: PlanScenario,
    /,
    *,
    output: Page = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    seconds: SecondsEach = 10,
    gap: Gap = GAP_PPM,
    sets: Sets = (),
    detail: Detail = False,
    json: Json = False,
) -> int:
    """Exit 0; 70 where the independent check finds a rule broken."""

    def asked(loaded: LoadedScenario, limits: Limits, say: Words) -> Answer | None:
        from dure.adapters.scenario_purchase import scenario_purchase
        from dure.plan.values import values as worth
        from dure.present.choice_tables import values as answer

        made = worth(scenario_purchase(loaded).purchase, limits)
        return None if made is None else answer(made, *_about(loaded, say), say)

    return _said(scenario, sets, asked, Files((scenario,), output, xlsx, csv, force), limits(seconds, gap), detail=detail, json=json)


def _about(loaded: LoadedScenario, say: Words) -> tuple[Sequence[str], Word, Sequence[tuple[str, str]], str]:
    """What every answer carries: what was assumed, the word of its figures, its inputs and the version."""
    from dure.adapters.scenario_purchase import scenario_purchase
    from dure.present.purchase_tables import assumption_sentence
    from dure.present.tables import Word

    assumed = [assumption_sentence(one, say) for one in scenario_purchase(loaded).assumed]
    return assumed, Word.ASSUMED if assumed else Word.PUBLISHED, loaded.inputs, __version__


def _said(
    scenario: Path,
    sets: tuple[str, ...],
    ask: Callable[[LoadedScenario, Limits, Words], Answer | None],
    files: Files,
    within: Limits,
    *,
    detail: bool,
    json: bool,
) -> int:
    """Asks, writes what is to be written, and says the answer."""
    from dure.adapters.files import load_scenario
    from dure.adapters.scenario_purchase import scenario_purchase
    from dure.present.choices import as_json, view
    from dure.present.purchase_tables import inputs_table

    files.check()
    loaded = load_scenario(scenario, sets)
    say = plan_words(loaded)
    made = ask(loaded, within, say)
    if made is None:
        if json:
            put_json({"plan": loaded.scenario.programme.name, "status": "infeasible", "sentences": [say("choice.none")]})
        else:
            print(say("choice.none"))
        return 0
    about = About(made.name, made.inputs, lambda: made.said)
    wrote = files.write(lambda: _html(made, say), lambda: {**made.tables, "provenance": inputs_table(made.inputs, say)}, about, say)
    if json:
        put_json(as_json(made) | {"wrote": wrote})
    else:
        put(view(made, say, width(), scenario_purchase(loaded).assumed, detail=detail))
        say_wrote(wrote, say)
    return BREACHED if made.broken else 0


def _html(made: Answer, say: Words) -> str:
    from dure.adapters.render import svg
    from dure.present.choices import page_html

    return page_html(made, say, {key: svg(one.spec) for key, one in made.charts.items()})
