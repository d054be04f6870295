"""What a simulated site's journal may leave out once it is old: attempts that ended long ago, and words that say nothing more.

Their keys stay (they never start again), and facts keep their positions: whoever has read past them reads on as if all were there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from dure.model.events import Kind
from dure.operate.ports import Fact

Line = dict[str, Any]
Ranges = dict[str, list[list[int]]]
"""Keys by what stands before their number: [first, last] of each run of numbers."""


def parted(key: str) -> tuple[str, int]:
    """`dure-0-17` → (`dure-0`, 17)."""
    stem, _, number = key.rpartition("-")
    return stem, int(number) if number.isdecimal() else -1


def ranges(keys: Iterable[str], more: Ranges) -> Ranges:
    """All keys and those of before."""
    numbers: dict[str, set[int]] = {}
    for stem, number in map(parted, keys):
        numbers.setdefault(stem, set()).add(number)
    for stem, runs in more.items():
        numbers.setdefault(stem, set()).update(number for first, last in runs for number in range(first, last + 1))
    found: Ranges = {}
    for stem, some in sorted(numbers.items()):
        here = found[stem] = []
        for number in sorted(some):
            if here and here[-1][1] == number - 1:
                here[-1][1] = number
            else:
                here.append([number, number])
    return found


def holds(of: Ranges, key: str) -> bool:
    """Whether a key is one of them."""
    stem, number = parted(key)
    return any(first <= number <= last for first, last in of.get(stem, ()))


def shorter(lines: Sequence[Line], over: Collection[str], facts: Sequence[Fact], before: Line, until: int) -> list[Line]:
    """A journal that says the same of everything that ended at `until` or later, and goes on, with the same positions from there on.

    `over`: keys that ended before; `facts`: all that `lines` make; `before`: what was left out of it earlier. Of a job that has one
    attempt that stays all stay: what is left of its work depends on them. So do those that had data copied, which stay there.
    """
    sends = [line for line in lines if line["do"] == "send"]
    stay = {_job(line) for line in sends if line["key"] not in over or line.get("data")}
    gone = {line["key"] for line in sends if _job(line) not in stay}
    absent = {line["key"] for line in lines if line["do"] == "absent" and line["at"] < until}
    past = next((place for place, fact in enumerate(facts) if fact.at >= until), len(facts))
    kept = sum(1 for fact in facts[:past] if fact.kind != Kind.NODE and fact.key not in gone)
    first: Line = {"do": "forgot", "at": lines[0]["at"], "facts": before["facts"] + past - kept}
    first |= {"keys": ranges(gone, before["keys"]), "absent": ranges(absent, before["absent"])}
    made = [first]
    for place, line in enumerate(lines):
        what = line["do"]
        if what == "see" and place + 1 < len(lines):
            continue  # time passes with the next line as well
        if what == "forgot" or line.get("key") in gone or (what in ("absent", "node") and line["at"] < until):
            continue
        made.append(line)
    if made[-1] is first or made[-1]["at"] < lines[-1]["at"]:
        made.append({"do": "see", "at": lines[-1]["at"]})
    return made


def _job(line: Line) -> tuple[str, int]:
    return parted(line["key"])[0], int(line["to"][1])
