"""`dure plan diff`: two plans side by side, from scenarios or from saved answers, and the rule that explains the difference."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from dure import __version__
from dure.cli.context import at_least, put, put_json, width, words
from dure.cli.plan_run import GAP_PPM, plan_page
from dure.model.errors import InputError, Where

ONE = "scenario, or a file that `dure plan run --json` wrote"
NEEDED = ("question", "tables", "values", "cost_won", "vendor_shares", "refused_by", "refused_rules", "assumptions", "inputs")


def diff(
    first: Annotated[Path, Parameter(help=ONE)],
    second: Annotated[Path, Parameter(help=ONE)],
    /,
    *,
    output: Annotated[Path | None, Parameter(metavar="FILE", help="write the comparison as one self-contained HTML file")] = None,
    detail: Annotated[bool, Parameter(help="show orders by site and year too")] = False,
    seconds: Annotated[int, Parameter(help="seconds until the solver stops")] = 60,
    gap: Annotated[int, Parameter(metavar="PPM", help="gap at which the solver may stop, in parts per million")] = GAP_PPM,
    json: Annotated[bool, Parameter(help="print one JSON object instead of text")] = False,
) -> int:
    """A saved answer is compared as it stands; a scenario is planned anew with the same limits."""
    from dure.present.plan_diff import PlanDiff, as_json, shown

    at_least("--seconds", seconds)
    at_least("--gap", gap, 0)
    if output is not None:
        from dure.adapters.outputs import may_write_page

        may_write_page(output, (first, second))
    names: dict[str, str] = {}
    answers = [_answer(path, seconds, gap, names) for path in (first, second)]
    say = words({"site": names})
    made = PlanDiff(answers[0], answers[1], _names(first, second))
    if output is not None:
        from dure.adapters.files import write_text

        write_text(output, _page(made, say, detail=detail))
    if json:
        put_json(as_json(made, say) | {"wrote": [] if output is None else [str(output)]})
        return 0
    from rich.console import Group
    from rich.text import Text

    from dure.present.layout import wrap
    from dure.present.terminal import grid

    said, found = shown(made, say, detail=detail)
    lines = [Text("\n".join(wrap(one, width()))) for one in said]
    grids = [part for one in found for part in (Text(""), grid(one, say))]
    put(Group(*lines, *grids))
    if output is not None:
        print(f"\n{say('buy.wrote', file=str(output))}")
    return 0


def _names(first: Path, second: Path) -> tuple[str, str]:
    """The shortest that tells them apart."""
    pair = (first.stem, second.stem) if first.stem != second.stem else (first.name, second.name)
    return pair if pair[0] != pair[1] else (str(first), str(second))


def _answer(path: Path, seconds: int, gap: int, names: dict[str, str]) -> dict[str, Any]:
    """What `dure plan run --json` says of a scenario, or said when it was saved; Korean names of sites are added to `names`."""
    if path.suffix.lower() == ".json":
        return _saved(path)
    from dure.adapters.files import load_scenario
    from dure.present.purchase_tables import as_json

    loaded = load_scenario(path)
    names |= {one.name: one.name_ko for one in loaded.scenario.sites if one.name_ko}
    return as_json(plan_page(loaded, seconds, gap / 1_000_000, unfunded=False), words())


def _saved(path: Path) -> dict[str, Any]:
    import json

    from dure.adapters.files import read_bytes

    say = words()
    try:
        found = json.loads(read_bytes(path))
    except ValueError:
        found = None
    if not isinstance(found, dict) or any(key not in found for key in NEEDED):
        raise InputError(say("diff.no_answer"), where=Where(str(path)), remedy=say("diff.no_answer_remedy"))
    return found


def _page(made: Any, say: Any, *, detail: bool) -> str:
    from dure.present.document import Section, document
    from dure.present.html import table
    from dure.present.plan_diff import shown

    said, found = shown(made, say, detail=detail)
    parts = [Section(one.key, one.title, table(one, say, titled=False)) for one in found]
    title = say("diff.title", a=made.names[0], b=made.names[1])
    return document(title, say("diff.kind"), said, made.word, parts, say("buy.footer", version=__version__), say)
