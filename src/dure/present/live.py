"""The live view of a long run: from a snapshot to something rich can draw, without a clock and without a terminal.

A snapshot is a dictionary: now_s, horizon_s (0 when the run ends with its last job), jobs_done, jobs_total, operating_rate, occupancy
(None: unknown), sites: [{name, states: {state: accelerators}}]; and, when the caller knows them, title, start (ISO), jobs_per_s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rich.text import Text

from dure.model.units import split_largest_remainder
from dure.present.layout import cells, pad
from dure.present.words import Words

PER_BLOCK = 64
PROGRESS_CELLS = 30


class Look(NamedTuple):
    """Glyph and colour of a state: the glyphs alone tell them apart."""

    glyph: str
    style: str


LOOKS = {
    "busy": Look("█", "green"),
    "dispatch": Look("▓", "cyan"),
    "dedicated_idle": Look("▒", "blue"),
    "free": Look("░", "bright_black"),
    "failed": Look("x", "bold red"),
    "maintenance": Look("m", "yellow"),
    "unobserved": Look("?", "white"),
    "unpowered": Look("·", "magenta"),
    "unfunded": Look("$", "bold magenta"),
    "not_delivered": Look("-", "bright_black"),
}
OTHER = Look("▒", "white")


def view(snapshot: Mapping[str, Any], say: Words, width: int, height: int) -> Text:
    """A line or more per site with a block per 64 accelerators; on a screen that is too low a block stands for more, and says so."""
    sites = snapshot["sites"]
    left = min(24, max((cells(say.name(site["name"], "site")) for site in sites), default=0)) + 2
    room = max(10, width - left)
    legend = _legend(sites, say, width)
    per_block = _per_block(sites, room, max(len(sites), height - 4 - len(legend)))
    text = Text(no_wrap=True, overflow="crop")
    text.append(_top_line(snapshot, say) + "\n", style="bold")
    for site in sites:
        _site(text, site, say, left, room, per_block)
    text.append(say("live.block", n=per_block) + "\n", style="dim")
    for row in legend:
        text.append_text(row)
        text.append("\n")
    text.append_text(_progress(snapshot, say))
    text.append(f"\n{_rates(snapshot, say)}")
    return text


def line(snapshot: Mapping[str, Any], say: Words) -> Text:
    """The same in one line, where there is no room for a screen."""
    return _progress(snapshot, say).append(f" · {_rates(snapshot, say)}")


def blocks(states: Mapping[str, int], per_block: int) -> list[str]:
    """The state of each block, in the order of `LOOKS`; a state that holds any accelerator shows in at least one block."""
    known = [state for state in (*LOOKS, *(one for one in states if one not in LOOKS)) if states.get(state)]
    if not known:
        return []
    weights = [states[state] for state in known]
    parts = list(split_largest_remainder(max(-(-sum(weights) // per_block), len(known)), weights))
    for index, part in enumerate(parts):
        if part == 0:
            parts[index] += 1
            parts[parts.index(max(parts))] -= 1
    return [state for state, part in zip(known, parts, strict=True) for _ in range(part)]


def _per_block(sites: Any, room: int, lines: int) -> int:
    """64, doubled until all sites fit on the screen."""
    per_block = PER_BLOCK
    while sum(-(-len(blocks(site["states"], per_block)) // room) for site in sites) > lines and per_block < 2**20:
        per_block *= 2
    return per_block


def _site(text: Text, site: Mapping[str, Any], say: Words, left: int, room: int, per_block: int) -> None:
    made = blocks(site["states"], per_block)
    for at in range(0, max(1, len(made)), room):
        name = say.name(site["name"], "site") if at == 0 else ""
        text.append(pad(name if cells(name) < left else name[: left - 3] + "…", left))
        for state in made[at : at + room]:
            look = LOOKS.get(state, OTHER)
            text.append(look.glyph, style=look.style)
        text.append("\n")


def _legend(sites: Any, say: Words, width: int) -> list[Text]:
    """Glyph and name of every state that is there, on as many lines as they need."""
    rows = [Text()]
    for state in LOOKS:
        if not any(site["states"].get(state) for site in sites):
            continue
        look = LOOKS[state]
        name = say.step("busy") if state == "busy" else say("live.free") if state == "free" else say.cause(state)
        if rows[-1].plain and cells(rows[-1].plain) + cells(name) + 5 > width:
            rows.append(Text())
        rows[-1].append(look.glyph, style=look.style)
        rows[-1].append(f" {name}   ")
    return rows


def _top_line(snapshot: Mapping[str, Any], say: Words) -> str:
    parts = [str(snapshot["title"])] if snapshot.get("title") else []
    if snapshot.get("start"):
        parts.append(say.date_time(snapshot["start"], snapshot["now_s"]))
    parts.append(say("live.day", n=snapshot["now_s"] // 86_400 + 1))
    parts.append(say("word.simulated"))
    return " · ".join(parts)


def done_share(snapshot: Mapping[str, Any]) -> float:
    """How far the run is: by simulated time where there is a horizon, else by jobs."""
    horizon, jobs = snapshot.get("horizon_s") or 0, snapshot.get("jobs_total") or 0
    if horizon:
        return min(1.0, float(snapshot["now_s"]) / horizon)
    return min(1.0, float(snapshot["jobs_done"]) / jobs) if jobs else 0.0


def _progress(snapshot: Mapping[str, Any], say: Words) -> Text:
    part = done_share(snapshot)
    filled = round(part * PROGRESS_CELLS)
    text = Text(no_wrap=True, overflow="crop")
    text.append("━" * filled, style="green")
    text.append("━" * (PROGRESS_CELLS - filled), style="bright_black")
    facts = [say.percent(part, 0), say("live.jobs", done=snapshot["jobs_done"], total=snapshot["jobs_total"])]
    if snapshot.get("jobs_per_s"):
        facts.append(say("live.speed", n=say.compact(snapshot["jobs_per_s"])))
    return text.append(f" {' · '.join(facts)}")


def _rates(snapshot: Mapping[str, Any], say: Words) -> str:
    return " · ".join(f"{say(f'headline.{key}')} {say.percent(snapshot.get(key))}" for key in ("operating_rate", "occupancy"))
