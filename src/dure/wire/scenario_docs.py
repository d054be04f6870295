"""docs/SCENARIO.md, made from the schema, so that it cannot say what the reader does not do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dure.wire import quantity
from dure.wire.marks import MARK_KEYS
from dure.wire.problems import value_schema
from dure.wire.scenario import scenario_schema
from dure.wire.scenario_budget import PERIOD_FORMS

_HEAD = """\
# Scenario files

A scenario says what a fleet is made of, who may use it, what is asked of it and by which rules. It is a YAML file;
`dure check FILE` reads it and tells everything that is wrong at once, with file, line, field and remedy.
This page is made from the schema that `dure schema` prints. Every section may be left out; every key that is not
listed here is an error.

## How a file is read

- **YAML 1.2, strictly.** Only `true` and `false` are booleans, so `no` stays a country; `12:30` is text and `010` no number.
  A key written twice, a merge key `<<`, a tag and a second document are errors. Anchors and aliases may repeat a value.
- **An amount carries its unit**, and is kept exactly: no amount is ever rounded to a binary fraction.
- **Keys have no unit, attributes in code do**: `horizon: 30d` is `horizon_s = 2592000`.
- **`extends: FILE`**, relative to the file that says so, merges this file over that one: mappings key by key; lists whose items
  all have a `name` (sites, pools, organisations, projects, services, qualities of service) item by item, new ones at the end;
  every other list and value replaces the old one. `!replace` before a list or mapping replaces it whole.
- **`--set PATH=VALUE`** changes one value after that, for one run. A path has dots and brackets with an index or a name:
  `--set 'sites[ga].pools[h200].nodes=12'`, `--set policy.order=sjf`, `--set 'demand.generate={jobs: 1000}'`.
- **Files named in a scenario** (`demand.trace`, a profile) are relative to the file that names them.
- **A time** such as `at: 3d` counts from `programme.start`; a date such as `at: 2026-01-04` is turned into one.
- **Names** are letters of any script, digits and `_ . + -`, at most 64 of them; they are unique among their kind.

| amount | accepted | unit inside |
|---|---|---|
"""

_AMOUNTS = (
    ("duration", quantity.DURATION_FORMS, "seconds"),
    ("time", quantity.OFFSET_FORMS, "seconds from the start"),
    ("date", quantity.INSTANT_FORMS, "Unix seconds"),
    ("won", quantity.WON_FORMS, "won"),
    ("memory", quantity.MEMORY_FORMS, "GB"),
    ("power", quantity.POWER_FORMS, "watts"),
    ("share", quantity.SHARE_FORMS, "parts per million, at most 1"),
    ("ratio", quantity.RATIO_FORMS, "parts per million"),
    ("number", quantity.NUMBER_FORMS, "millionths"),
    ("count", quantity.COUNT_FORMS, "whole"),
    ("price", quantity.PRICE_FORMS, "millionths of a unit of the currency; 5% is a share of what the machines cost"),
    ("lifetime", quantity.LIFE_FORMS, "months"),
    ("period", PERIOD_FORMS, "Korean days"),
)
_NOUNS = {f"accepted: {forms}": noun for noun, forms, _ in _AMOUNTS}


def scenario_reference() -> str:
    """The whole page, in the order in which a scenario is read; every key with what it accepts, its default and its meaning."""
    schema = scenario_schema()
    text = _HEAD + "".join(f"| {noun} | {forms} | {unit} |\n" for noun, forms, unit in _AMOUNTS)
    for section, about in schema["properties"].items():
        for part in _reachable(about, schema):
            definition = schema["$defs"][part]
            first = part == _part(about)
            heading = f"## {section}" if first else f"### `{section}`: {_title(part)}"
            items = (
                f"A list. Each item: {definition['description'][:1].lower()}"
                if first and "items" in about
                else definition["description"][:1]
            )
            text += f"\n{heading}\n\n{items}{definition['description'][1:]}\n\n{_table(definition, section)}"
    return text


def part_tables(schema: Mapping[str, Any], name: str, heading: str) -> str:
    """The keys of a kind of file that is one part, then those of the parts that it is made of."""
    section = heading.lower()
    text = f"## {heading}\n\n{schema['description']}\n\n{_table(schema, section)}"
    parts: tuple[str, ...] = ()
    for about in schema["properties"].values():
        parts = _reachable(about, schema, parts)
    for part in (one for one in parts if one != name):
        definition = schema["$defs"][part]
        text += f"\n### `{section}`: {_title(part)}\n\n{definition['description']}\n\n{_table(definition, section)}"
    return text


def _reachable(about: Mapping[str, Any], schema: Mapping[str, Any], seen: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The part that a key holds and the parts it is made of, each once, in the order of first mention."""
    name = _part(about)
    if name is None or name in seen:
        return seen
    seen = (*seen, name)
    for inner in schema["$defs"][name]["properties"].values():
        seen = _reachable(inner, schema, seen)
    return seen


def _table(definition: Mapping[str, Any], section: str) -> str:
    """Keys in the order in which they are declared, whose figures they are last."""
    rows = "| key | accepts | default | meaning |\n|---|---|---|---|\n"
    for key, about in sorted(definition["properties"].items(), key=lambda pair: pair[0] in MARK_KEYS):
        default = "**needed**" if key in definition.get("required", ()) else _default(about.get("default"))
        rows += f"| `{key}` | {_accepts(about, section)} | {default} | {about['description'].replace('|', '&#124;')} |\n"
    return rows


def _accepts(about: Mapping[str, Any], section: str) -> str:
    if "anyOf" in about:
        return " or ".join(_accepts(one, section) for one in about["anyOf"] if one.get("type") != "null")
    if "$comment" in about:
        return _NOUNS.get(about["$comment"]) or str(about["$comment"]).removeprefix("accepted: ").replace("|", "&#124;")
    if "$ref" in about:
        title = _title(about["$ref"].rsplit("/", 1)[1])
        return f"[{title}](#{section}-{title.replace(' ', '-')})"
    if "enum" in about or "const" in about:
        return ", ".join(f"`{word}`" for word in about.get("enum", (about.get("const"),)))
    kind = about.get("type")
    if kind == "array":
        items = about.get("prefixItems")
        return f"[{', '.join(_accepts(one, section) for one in items)}]" if items else f"list of {_accepts(about['items'], section)}"
    if kind == "object":
        return f"mapping of name → {_accepts(value_schema(about), section)}"
    if isinstance(kind, list):
        return "text or list of text"
    return {"string": "text", "boolean": "`true`, `false`", "integer": "whole number"}[str(kind)]


def _default(value: Any) -> str:
    """As a person would write it; a part is shown by its kind or name, and by nothing where all of it is left out."""
    if isinstance(value, list):
        return ", ".join(map(_default, value)) or "–"
    if isinstance(value, dict):
        return _default(value.get("kind") or value.get("name"))
    return "–" if value in (None, "") else f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"


def _part(about: Mapping[str, Any]) -> str | None:
    """The name of the part that a key holds, directly, in a list or in a mapping."""
    if "$ref" in about:
        return str(about["$ref"]).rsplit("/", 1)[1]
    inside = (about.get("items", {}), value_schema(about), *about.get("anyOf", ()))
    return next((name for one in inside if one and (name := _part(one))), None)


def _title(part: str) -> str:
    """`QualityOfService` → `quality of service`."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in part).strip()
    return words.removesuffix(" entry").removesuffix(" section")
