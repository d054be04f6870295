"""`make docs`: write what is generated in docs/: the pages of commands and scenario keys, and the pictures of the READMEs.

A picture comes from two runs of the examples on this machine: the waterfall of korea-50k and, under it, the strip of Gwangju.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
STRIP_HEIGHT = 34
STRIP = {"powered": "#009e73", "unfunded": "#cc79a7"}
TEXTS = {
    "en": {
        "title": "50,000 accelerators, a month: where each accelerator-hour went (simulated; worth in won assumed)",
        "strip": "Gwangju: 2,188 accelerators, 44.3 of 78.6 PF funded (published)",
        "powered": "powered: at most {} can be busy",
        "unfunded": "no operating money: {}",
    },
    "ko": {
        "title": "가속기 5만 개의 한 달: 가속기시간은 어디로 갔나 (모의, 금액은 가정값)",
        "strip": "광주: 가속기 2,188개, 78.6PF 가운데 44.3PF만 운영예산을 받음 (공표)",
        "powered": "전력 공급: 많아야 {}만 돌 수 있음",
        "unfunded": "운영예산 없음: {}",
    },
}


def said(*words: str) -> str:
    """What a command prints; a failing command ends the script with its error."""
    from dure.cli.main import main

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(["--lang", "en", *words])
    if code:
        sys.exit(f"dure {' '.join(words)}: exit {code}")
    return out.getvalue()


def command_reference() -> str:
    """docs/COMMANDS.md: every help page, in the order of the root page."""
    from dure.cli.commands import COMMANDS

    pages = ["# Commands\n\nWritten by `make docs` from the help of each command.\n\n```\n" + said("--help").strip() + "\n```\n"]
    pages += [f"\n## dure {one.path}\n\n```\n{said(*one.path.split(), '--help').strip()}\n```\n" for one in COMMANDS]
    return "".join(pages)


def scenario_reference() -> str:
    from dure.wire.scenario_docs import scenario_reference

    return scenario_reference()


def jobspec_reference() -> str:
    from dure.present.jobspec_page import jobspec_page

    return jobspec_page()


def _strip(summary: dict[str, Any], lang: str) -> dict[str, Any]:
    """One bar: what was contracted, split into powered and unfunded."""
    from dure.present.numbers import Lang, percent

    flow = summary["waterfall"]
    contracted = flow["contracted_s"]
    parts = {"powered": flow["powered_s"] / contracted, "unfunded": flow["unfunded_s"] / contracted}
    low, rows = 0.0, []
    for name, share in parts.items():
        said_in = TEXTS[lang][name].format(percent(share, Lang(lang)))
        rows.append({"colour": STRIP[name], "low": low, "high": low + share, "middle": low + share / 2, "text": said_in})
        low += share
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": None}
    middle = {"value": STRIP_HEIGHT / 2}
    colour = {"field": "colour", "type": "nominal", "scale": None}
    bar = {
        "mark": {"type": "bar", "size": STRIP_HEIGHT},
        "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": middle, "color": colour},
    }
    label = {
        "mark": {"type": "text", "color": "#111111", "fontWeight": "bold"},
        "encoding": {"x": {"field": "middle", **x}, "y": middle, "text": {"field": "text"}},
    }
    title = {"text": TEXTS[lang]["strip"], "anchor": "start", "fontSize": 13}
    return {"title": title, "width": 470, "height": STRIP_HEIGHT, "data": {"values": rows}, "layer": [bar, label]}


@cache
def runs() -> tuple[Any, Any]:
    """The two runs that the pictures show, made once."""
    from dure.adapters.run_reader import read_run

    with tempfile.TemporaryDirectory() as folder:
        for name in ("korea-50k", "gwangju"):
            said("twin", "run", str(ROOT / "examples" / f"{name}.yaml"), "--output", f"{folder}/{name}", "--json")
        national, gwangju = (read_run(Path(folder) / name) for name in ("korea-50k", "gwangju"))
    return national, gwangju


def picture(lang: str = "en") -> str:
    from dure.adapters.render import svg
    from dure.present.charts import waterfall
    from dure.present.numbers import Lang
    from dure.present.words import Words

    national, gwangju = runs()
    spec = waterfall(national, Words(Lang(lang))).spec
    config = spec.pop("config") | {"background": "white"}
    title = {
        "text": TEXTS[lang]["title"],
        "anchor": "start",
        "fontSize": 13,
        "offset": 24,
    }
    upper = {key: value for key, value in spec.items() if key != "$schema"} | {"title": title}
    both = {
        "$schema": spec["$schema"],
        "config": config,
        "vconcat": [upper, _strip(dict(gwangju.summary), lang)],
        "spacing": 40,
        "padding": 12,
    }
    both["resolve"] = {"scale": {"color": "independent"}, "legend": {"color": "independent"}}
    return svg(json.loads(json.dumps(both)))


def main() -> None:
    from dure.adapters.files import write_text

    pages = {
        "COMMANDS.md": command_reference,
        "SCENARIO.md": scenario_reference,
        "JOBSPEC.md": jobspec_reference,
        "img/waterfall.svg": picture,
    }
    pages["img/waterfall.ko.svg"] = partial(picture, "ko")
    wanted = sys.argv[1:] or list(pages)
    for name in wanted:
        path = DOCS / name
        path.parent.mkdir(exist_ok=True)
        write_text(path, pages[name]())
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
