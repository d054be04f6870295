"""`dure demo`: six acts in a minute, the same lines with and without a terminal. An act that is not built yet says so."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dure import __version__
from dure.cli.context import put_json, words
from dure.cli.demo_stage import Stage
from dure.cli.options import Json
from dure.present.acts import Act, acts_html

SCENARIO = "korea-50k.yaml"
ACTS = ("buy", "plan", "run", "gwangju", "real", "prove")


def demo(
    *,
    trace: Annotated[Path | None, Parameter(metavar="FILE", help="jobs of your own cluster to replay in act 3")] = None,
    scenario: Annotated[Path | None, Parameter(metavar="FILE", help="fleet of act 3 (default: the example korea-50k)")] = None,
    output: Annotated[Path, Parameter(name=("--output", "-o"), help="folder to write")] = Path("demo"),
    json: Json = False,
) -> None:
    """Six acts; ends with a page."""
    from dure.adapters.outputs import may_fill, may_write_page
    from dure.cli.demo_acts import gwangju, prove, run
    from dure.cli.demo_buy import buy
    from dure.cli.demo_plan import plan
    from dure.cli.examples import example
    from dure.cli.twin import compile_if_needed
    from dure.cli.warm import warm_up

    say = words()
    may_fill(output)
    if output.is_dir():
        may_write_page(output / "index.html")
    stage = Stage(say, output, scenario or example(SCENARIO), trace, json)
    if not json:
        print(f"dure {__version__} · {say('cli.slogan')}", flush=True)
    warming = warm_up()
    compile_if_needed()
    began = time.monotonic()
    plays = {"buy": buy, "plan": plan, "run": run, "gwangju": gwangju, "prove": prove}
    for number, name in enumerate(ACTS, 1):
        play = plays.get(name)
        act = Act(number, say(f"demo.{name}"))
        if play is None:
            act.lines.append(say("demo.not_yet", what=say(f"demo.{name}.what")))
        else:
            if name == "prove" and warming is not None:
                warming.wait()
            play(stage, act)
        stage.show(act)
    page = _page(stage)
    stage.figures["seconds"] = round(time.monotonic() - began, 1)
    if json:
        acts = [{"number": act.number, "name": act.name, "lines": act.lines, "note": act.note} for act in stage.acts]
        put_json({"acts": acts, **stage.figures, "page": str(page)})
    else:
        print("\n" + say("demo.end", page=page, folder=stage.folder / "run"))
    sys.stdout.flush()


def _page(stage: Stage) -> Path:
    """The report of act 3 with the acts above it."""
    from dure.cli.report import write_html

    assert stage.run is not None
    path = stage.folder / "index.html"
    write_html(stage.run, words(stage.run.run.get("locale_names")), path, acts_html(stage.acts, stage.say("demo.title")))
    return path
