"""An sbatch script as it is: its #SBATCH lines become a job spec, and of each is said what happened to it.

The script itself is what runs, on the first server, as with sbatch. Its time is that of the machine it asks for: `time_on: machine`.
Nothing is dropped in silence: a directive becomes a key, is kept for sites that run Slurm, or is ignored for a reason that is named;
what would change the meaning of the job (`singleton`, two models at once) is an error. Lines `#DURE key: value` add what Slurm has
no word for, such as `#DURE workload: llm-finetune`; sbatch takes them for comments.
"""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from dure.model.errors import InputError, ScenarioError, Where
from dure.model.units import DAY_S, HOUR_S, MINUTE_S
from dure.wire.problems import ScenarioErrors
from dure.wire.quantity import duration_text
from dure.wire.sbatch_options import BY_NAME, BY_SHORT, OPTIONS, Fate, Option
from dure.wire.tree import Node

TIME_FORMS = "minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes or days-hours:minutes:seconds"
_TIME = re.compile(r"(?:([0-9]{1,6})-)?([0-9]{1,9})(?::([0-9]{1,6}))?(?::([0-9]{1,6}))?")
_COUNT = re.compile(r"[1-9][0-9]{0,6}")
_EVENTS = {
    "BEGIN": ("on-start",),
    "END": ("on-end",),
    "FAIL": ("on-fail",),
    "REQUEUE": ("on-preempt",),
    "ALL": ("on-start", "on-end", "on-fail", "on-preempt"),
    "NONE": (),
}
_CONDITIONS = {"afterok": "ok", "afterany": "any", "afternotok": "notok", "after": "started"}
DEVICES = ("gpu", "npu")
"""Names of generic resources that are accelerators; what else stands in --gres is kept for the site."""


@dataclass(frozen=True, slots=True)
class Directive:
    """One option of a script: what was written, and what happens to it. `about` is a key, or the code of a reason."""

    line: int
    text: str
    fate: Fate
    about: str


@dataclass(frozen=True, slots=True)
class Sbatch:
    """A script read: the tree of a job spec, each value with the line of its directive; and every directive."""

    root: Node
    directives: tuple[Directive, ...]
    extra: tuple[tuple[int, str], ...]
    """(line, text) of `#DURE` lines, for the reader of YAML."""


@dataclass(slots=True)
class _Read:
    """Options by name with their values and lines, errors gathered."""

    file: str
    values: dict[str, tuple[str, int]] = field(default_factory=dict)
    directives: list[Directive] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)

    def fail(self, line: int, option: str, what: str, remedy: str) -> None:
        self.errors.append(ScenarioError(what, where=Where(self.file, line, f"--{option}" if option else ""), remedy=remedy))


def is_script(text: str) -> bool:
    """Whether a text is a script and no YAML: it begins with `#!`, or has a directive of sbatch."""
    return text.startswith("#!") or re.search(r"^#SBATCH\s", text, re.MULTILINE) is not None


def read_sbatch(text: str, file: str) -> Sbatch:
    """The job spec that a script states; raises ScenarioErrors with everything that is wrong at once."""
    read = _Read(file)
    extra: list[tuple[int, str]] = []
    if not text.startswith("#!"):
        read.fail(1, "", "the first line names no program", "begin with #!/bin/bash, as sbatch demands")
    begun = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#DURE") and line[5:6].isspace():
            extra.append((number, line[5:].strip()))
        elif line.startswith("#SBATCH") and (line[7:8].isspace() or not line[7:]):
            _take(read, line[7:], number, below=begun)
        begun = begun or bool(line.strip() and not line.lstrip().startswith("#"))
    tree = _tree(read, text)
    if read.errors:
        raise ScenarioErrors(tuple(read.errors))
    return Sbatch(tree, tuple(read.directives), tuple(extra))


def _take(read: _Read, text: str, line: int, *, below: bool) -> None:
    """The options of one line; what stands below the first command is ignored, as sbatch does."""
    try:
        words = shlex.split(text, comments=True)
    except ValueError as error:
        read.fail(line, "", f"the line cannot be read ({str(error).lower()})", "close the quotes")
        return
    if words[:1] == ["hetjob"] or words[:1] == ["packjob"]:
        read.fail(line, "", "a job of unlike parts", "submit each part as a job of its own, with `after`")
        return
    for option, value in _options(read, words, line):
        shown = f"--{option.name}" + (f"={value}" if value else "")
        if below:
            read.directives.append(Directive(line, shown, "ignored", "below"))
            continue
        read.values[option.name] = (value, line)
        read.directives.append(Directive(line, shown, option.fate, option.about or option.name))


def _options(read: _Read, words: list[str], line: int) -> Iterator[tuple[Option, str]]:
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        long = word.startswith("--")
        name, equals, value = word[2:].partition("=") if long else (word[1:2], word[2:], word[2:].removeprefix("="))
        option = _named(name) if long else BY_SHORT.get(name)
        if not word.startswith("-") or option is None:
            near = difflib.get_close_matches(name, [one.name for one in OPTIONS], n=1) if long else []
            read.fail(line, "", f"sbatch has no option `{word[:60]}`", f"did you mean `--{near[0]}`?" if near else "correct the line")
            return
        if option.takes == "value" and not equals:
            if at == len(words):
                read.fail(line, option.name, "has no value", f"write --{option.name}=VALUE")
                return
            value = words[at]
            at += 1
        yield option, value


def _named(name: str) -> Option | None:
    """A long option by its name or by a beginning that no other has, as sbatch takes them."""
    if name in BY_NAME:
        return BY_NAME[name]
    begin = [one for one in OPTIONS if one.name.startswith(name)] if len(name) > 1 else []
    return begin[0] if len(begin) == 1 else None


def _tree(read: _Read, script: str) -> Node:
    """The spec as a tree; a directive that cannot be read leaves its key out and its error behind."""
    entries: dict[str, Node] = {}

    def put(key: str, value: object, line: int) -> None:
        entries[key] = _node(value, read.file, line)

    for option, key in (("job-name", "name"), ("account", "project"), ("qos", "qos"), ("array", "array")):
        if option in read.values:
            put(key, *read.values[option])
    if "name" not in entries:
        stem = re.sub(r"[^\w.+-]+", "-", read.file.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]).strip("-.+")
        put("name", stem[:64] or "job", 0)
    _put_accelerators(read, put)
    if "time" in read.values:
        value, line = read.values["time"]
        seconds = slurm_time_s(value)
        if seconds:
            put("time", duration_text(seconds), line)
        else:
            read.fail(line, "time", f"`{value}` is not a time limit", f"write {TIME_FORMS}; a job without an end cannot be placed")
    if "dependency" in read.values:
        _put_after(read, put)
    if "mail-type" in read.values:
        _put_events(read, put)
    kept = {one.name: read.values[one.name] for one in OPTIONS if one.fate == "kept" and one.name in read.values}
    others = ",".join(item for item in read.values.get("gres", ("", 0))[0].split(",") if item and _device(item) is None)
    if others:
        kept["gres"] = (others, read.values["gres"][1])
        read.directives.append(Directive(kept["gres"][1], f"--gres={others}", "kept", "gres"))
    if kept:
        entries["slurm"] = Node({name: Node(value, read.file, line) for name, (value, line) in kept.items()}, read.file, 0)
    put("time_on", "machine", read.values.get("time", ("", 0))[1])
    put("launch", "first", 1)
    put("run", script, 1)
    return Node(entries, read.file, 1)


def _put_after(read: _Read, put: object) -> None:
    value, line = read.values["dependency"]
    after: dict[str, str] = {}
    for one in value.split(","):
        condition, *jobs = one.split(":")
        if condition not in _CONDITIONS or not jobs or "?" in value:
            read.fail(
                line,
                "dependency",
                f"`{one}` has no counterpart here",
                "write afterok:JOB, afterany:JOB, afternotok:JOB or after:JOB, joined by commas",
            )
            return
        after |= dict.fromkeys(jobs, _CONDITIONS[condition])
    assert callable(put)
    put("after", after, line)


def _put_events(read: _Read, put: object) -> None:
    value, line = read.values["mail-type"]
    known = [word for word in value.upper().split(",") if word in _EVENTS]
    events = tuple(dict.fromkeys(event for word in known for event in _EVENTS[word]))
    for word in (one for one in value.split(",") if one.upper() not in _EVENTS):
        read.directives.append(Directive(line, f"--mail-type={word}", "ignored", "event"))
    assert callable(put)
    if events:
        put("notify", {"mail": list(events)}, line)


def _put_accelerators(read: _Read, put: object) -> None:
    """How many accelerators, of which model, on how many servers: from --gres, --gpus… and --nodes together."""
    assert callable(put)
    whole = {name: _whole(read, name) for name in ("nodes", "ntasks", "ntasks-per-node") if name in read.values}
    nodes = whole.get("nodes")
    tasks, per_node_tasks = whole.get("ntasks"), whole.get("ntasks-per-node")
    if nodes is None and tasks and per_node_tasks:
        nodes = -(-tasks // per_node_tasks)
        _became(read, "nodes", "ntasks", "ntasks-per-node")
    if "gpus-per-task" in read.values:
        _became(read, "accelerators", "ntasks", "ntasks-per-node")
    tasks = tasks or (per_node_tasks or 1) * (nodes or 1)
    asked: dict[str, tuple[str, int, int]] = {}
    for option, times in (("gpus", 1), ("gpus-per-task", tasks), ("gpus-per-node", nodes or 1), ("gres", nodes or 1)):
        if option in read.values and (found := _asked(read, option)) is not None:
            asked[option] = (found[0], found[1] * times, read.values[option][1])
    if not asked:
        if not read.errors:
            line = read.values.get("gres", ("", 1))[1]
            read.fail(line, "gpus", "asks for no accelerator", "add #SBATCH --gpus=1: this pool is made of accelerators")
        return
    types = {name for name, _, _ in asked.values() if name}
    counts = {count for _, count, _ in asked.values()}
    line = next(iter(asked.values()))[2]
    if len(types) > 1 or len(counts) > 1:
        said = ", ".join(f"--{option}={read.values[option][0]}" for option in asked)
        read.fail(line, "", f"{said} say different things", "ask once")
        return
    count = counts.pop()
    per_node = "gres" in asked or "gpus-per-node" in asked
    put("accelerators", {"count": count} | ({"any_of": [types.pop()]} if types else {}), line)
    if nodes is not None or per_node:
        put("nodes", nodes or 1, read.values.get("nodes", ("", line))[1])


def _became(read: _Read, key: str, *options: str) -> None:
    """Options that are kept for a site have made a key here besides."""
    read.directives = [
        replace(one, fate="becomes", about=key) if one.fate == "kept" and one.about in options else one for one in read.directives
    ]


def _whole(read: _Read, option: str) -> int | None:
    """A number; of a range of nodes the least, which is noted."""
    value, line = read.values[option]
    least, dash, most = value.partition("-")
    if not _COUNT.fullmatch(least) or (dash and (option != "nodes" or not _COUNT.fullmatch(most))):
        read.fail(line, option, f"`{value}` is not a number", "write a whole number above 0")
        return None
    if dash and most != least:
        read.directives.append(Directive(line, f"--nodes={value}", "ignored", "least"))
    return int(least)


def _asked(read: _Read, option: str) -> tuple[str, int] | None:
    """(model, count) of the accelerators that an option asks for; None where it asks for none or cannot be read."""
    value, line = read.values[option]
    items = value.split(",") if option == "gres" else [f"gpu:{item}" for item in value.split(",")]
    found = [device for item in items if (device := _device(item)) is not None]
    if len(found) > 1:
        read.fail(line, option, f"`{value}` asks for two models at once", "submit a job for each, or write `any_of` in a job spec")
    elif found and found[0][1] < 1:
        read.fail(line, option, f"`{value}` cannot be read", "write gpu:2 or gpu:a100:2")
    elif found:
        return found[0]
    return None


def _device(item: str) -> tuple[str, int] | None:
    """(model, count) of `gpu:a100:2`, `gpu:2`, `gpu:a100`, `gpu`; (…, 0) where it cannot be read, None where it is no accelerator."""
    name, *rest = item.removeprefix("gres/").removeprefix("gres:").split(":")
    if name not in DEVICES:
        return None
    if not rest:
        return "", 1
    model, count = ("", rest[0]) if len(rest) == 1 and rest[0].isdecimal() else (rest[0], rest[1] if len(rest) > 1 else "1")
    return (model, int(count)) if _COUNT.fullmatch(count) and len(rest) <= 2 else ("", 0)


def slurm_time_s(text: str) -> int | None:
    """Seconds of a time limit in any of Slurm's forms; None where it is none of them, and for `UNLIMITED`."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    days, *parts = found.groups()
    numbers = [int(part) for part in parts if part is not None]
    if days is not None:
        scales = (HOUR_S, MINUTE_S, 1)
    else:
        scales = (HOUR_S, MINUTE_S, 1) if len(numbers) == 3 else (MINUTE_S, 1, 0)
    return int(days or 0) * DAY_S + sum(number * scale for number, scale in zip(numbers, scales, strict=False))


def _node(value: object, file: str, line: int) -> Node:
    if isinstance(value, dict):
        return Node({key: _node(one, file, line) for key, one in value.items()}, file, line)
    if isinstance(value, list):
        return Node([_node(one, file, line) for one in value], file, line)
    assert isinstance(value, str | int)
    return Node(value, file, line)
