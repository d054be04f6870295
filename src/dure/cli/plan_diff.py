"""`dure plan diff`: two plans side by side, from scenarios or from saved answers, and the rule that explains the difference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from dure import __version__
from dure.cli.answers import About, Files, limits, say_wrote
from dure.cli.context import put, put_json, width, words
from dure.cli.options import GAP_PPM, Csv, Force, Gap, Json, Page, Seconds, Xlsx
from dure.cli.plan_run import plan_page
from dure.model.errors import InputError, Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dure.solver import Limits

ONE = "scenario, or a file that `dure plan run --json` wrote"
NEEDED = ("question", "tables", "values", "cost_won", "vendor_shares", "refused_by", "refused_rules", "assumptions", "inputs")


def diff(
    first: Annotated[Path, Parameter(help=ONE)],
    second: Annotated[Path, Parameter(help=ONE)],
    /,
    *,
    output: Page = None,
    xlsx: Xlsx = None,
    csv: Csv = None,
    force: Force = False,
    detail: Annotated[bool, Parameter(help="show orders by site and year too")] = False,
    seconds: Seconds = 60,
    gap: Gap = GAP_PPM,
    json: Json = False,
) -> int:
    """A saved answer is compared as it stands; a scenario is planned anew with the same limits."""
    from dure.present.plan_diff import PlanDiff, as_json, shown

    files, within = Files((first, second), output, xlsx, csv, force), limits(seconds, gap)
    files.check()
    names: dict[str, str] = {}
    answers = [_answer(path, within, names) for path in (first, second)]
    say = words({"site": names})
    made = PlanDiff(answers[0], answers[1], _names(first, second))
    said, found = shown(made, say, detail=detail)
    about = About(" · ".join(made.names), _inputs(answers), lambda: said)
    wrote = files.write(lambda: _page(made, say, detail=detail), lambda: {one.key: one for one in found}, about, say)
    if json:
        put_json(as_json(made, say) | {"wrote": wrote})
        return 0
    from rich.console import Group
    from rich.text import Text

    from dure.present.diff_sources import short_assumptions
    from dure.present.layout import wrap
    from dure.present.spoken import listed
    from dure.present.terminal import grid

    assumed = short_assumptions(made.first, made.second, made.names, say)
    above = [*listed(say("buy.assumptions"), assumed, width()), Text("")] if assumed else []
    lines = [Text("\n".join(wrap(one, width()))) for one in said]
    grids = [part for one in found for part in (Text(""), grid(one, say))]
    put(Group(*above, *lines, *grids))
    say_wrote(wrote, say)
    return 0


def _inputs(answers: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The files of both plans with their hashes, each once."""
    return list(dict.fromkeys((one["path"], one["sha256"]) for answer in answers for one in answer["inputs"]))


def _names(first: Path, second: Path) -> tuple[str, str]:
    """The shortest that tells them apart."""
    pair = (first.stem, second.stem) if first.stem != second.stem else (first.name, second.name)
    return pair if pair[0] != pair[1] else (str(first), str(second))


def _answer(path: Path, within: Limits, names: dict[str, str]) -> dict[str, Any]:
    """What `dure plan run --json` says of a scenario, or said when it was saved; Korean names of sites are added to `names`."""
    if path.suffix.lower() == ".json":
        return _saved(path)
    from dure.adapters.files import load_scenario
    from dure.present.purchase_tables import as_json

    loaded = load_scenario(path)
    names |= {one.name: one.name_ko for one in loaded.scenario.sites if one.name_ko}
    return as_json(plan_page(loaded, within, unfunded=False), words())


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
    from dure.present.diff_sources import assumption_sentences, inputs_table
    from dure.present.document import Section, document, hashes
    from dure.present.html import items, table
    from dure.present.plan_diff import shown

    said, found = shown(made, say, detail=detail)
    assumed = assumption_sentences(made.first, made.second, made.names, say)
    parts = [Section("assumptions", say("buy.assumptions"), items(assumed))] if assumed else []
    parts += [Section(one.key, one.title, table(one, say, titled=False)) for one in found]
    parts.append(hashes(inputs_table(made.first, made.second, say), say))
    title = say("diff.title", a=made.names[0], b=made.names[1])
    return document(title, say("diff.kind"), said, made.word, parts, say("buy.footer", version=__version__), say)
