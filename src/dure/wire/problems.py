"""What is wrong with a file, as one list: each problem with its place in the file and its remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dure.model.errors import InputError, ScenarioError, with_remedy
from dure.wire.quantity import QuantityError
from dure.wire.tree import Loc, Node, did_you_mean, field_path, find

_HOUSE_WORDS = {
    "program": "programme",
    "catalogue": "catalog",
    "organizations": "organisations",
    "gpus": "accelerators",
    "gpus_per_node": "accelerators_per_node",
    "gpu": "model",
    "accelerator": "model",
    "servers": "nodes",
    "partitions": "pools",
    "clusters": "sites",
    "datacenters": "sites",
    "duration": "horizon",
    "scheduler": "order",
    "priority": "order",
    "budget": "credits",
    "vendor": "operator",
    "provider": "operator",
}
_JOB_WORDS = {
    **dict.fromkeys(("limit", "time_limit", "timelimit", "timeout", "walltime", "duration", "hours"), "time"),
    **dict.fromkeys(("command", "cmd", "script"), "run"),
    **dict.fromkeys(("checkpoints", "checkpointing"), "checkpoint"),
}
"""What people write into a job spec who come from elsewhere."""
_REST_OF_NUMBER = re.compile(r"^\d{3}(?:\D.*)?$")
_REASONS = {"program": "a program is software, the national effort is a programme"}
_LEADS_ON = frozenset({"$ref", "anyOf", "properties", "items", "additionalProperties", "patternProperties"})
_EXPECTED = {
    "model_type": ("is not a mapping", "write `key: value` lines below it"),
    "model_attributes_type": ("is not a mapping", "write `key: value` lines below it"),
    "dict_type": ("is not a mapping", "write `key: value` lines below it"),
    "tuple_type": ("is not a list", "write `- item` lines below it, or [item, item]"),
    "list_type": ("is not a list", "write `- item` lines below it, or [item, item]"),
    "bool_type": ("is neither true nor false", "write true or false"),
    "bool_parsing": ("is neither true nor false", "write true or false"),
    "string_type": ("is not text", "write it in quotes"),
    "string_too_short": ("is empty", "write something, or leave the key out"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not fit, found by a check on what was read; the reader adds file and line."""

    loc: Loc
    what: str
    remedy: str


class UnfitScenario(ValueError):
    """Sections that are sound one by one and do not fit together; carries every problem found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{field_path(problem.loc)}: {with_remedy(problem.what, problem.remedy)}" for problem in problems))


class ScenarioErrors(ScenarioError):
    """Everything that is wrong with a file, in the order of its lines; `where`, `what` and `remedy` are those of the first."""

    def __init__(self, errors: tuple[InputError, ...]) -> None:
        self.errors = tuple(sorted(errors, key=lambda one: (one.where.file, one.where.line)))
        first = self.errors[0]
        super().__init__(first.what, where=first.where, remedy=first.remedy)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


def scenario_errors(error: ValidationError, root: Node, schema: Mapping[str, Any]) -> ScenarioErrors:
    """Pydantic's findings about the file *root*, in the words of a scenario."""
    found = error.errors(include_url=False)
    problems = [problem for details in found if not _follows(details, found) for problem in _problems(details, root, schema)]
    errors = []
    for problem in problems:
        node, way = find(root, problem.loc)
        where = replace(node.where, field=field_path(way))
        errors.append(ScenarioError(problem.what, where=where, remedy=problem.remedy))
    return ScenarioErrors(tuple(errors))


def _follows(details: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """A list that is only too short because its items are faulty: what is wrong with the items is said already."""
    loc = details["loc"]
    return details["type"] == "too_short" and any(len(one["loc"]) > len(loc) and one["loc"][: len(loc)] == loc for one in found)


def _problems(details: ErrorDetails, root: Node, schema: Mapping[str, Any]) -> tuple[Problem, ...]:
    loc: Loc = tuple(step for step in details["loc"] if step != "[key]")
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, UnfitScenario):
        return cause.problems
    if isinstance(cause, QuantityError):
        return (Problem((*loc, cause.key) if cause.key else loc, cause.what, cause.remedy),)
    kind = details["type"]
    if kind == "extra_forbidden" and details["input"] is None and (cut := _cut_number(loc, root)) is not None:
        return (cut,)
    if kind == "extra_forbidden":
        return (_unknown_key(loc, schema),)
    if kind == "missing":
        about = _schema_at(schema, loc).get("description", "")
        return (Problem(loc, "is missing", f"write `{loc[-1]}:`" + (f" ({about})" if about else "")),)
    if details["input"] is None:
        return (Problem(loc, "has no value", "write one, or leave the key out"),)
    value = _shown(details["input"])
    if kind in ("literal_error", "enum"):
        allowed = [word.strip(" '") for word in details["ctx"]["expected"].replace(" or ", ",").split(",")]
        return (Problem(loc, f"{value} is not known", f"write one of {', '.join(allowed)}"),)
    if kind == "less_than_equal":
        return (Problem(loc, f"{value} is too much", f"write at most {details['ctx']['le']:,}"),)
    if kind in ("too_long", "string_too_long"):
        most = details["ctx"]["max_length"]
        if kind == "too_long":
            return (Problem(loc, f"{value} of more than {most:,} items", "write fewer"),)
        return (Problem(loc, f"{value} is longer than {most:,} characters", "write something shorter"),)
    if kind in _EXPECTED:
        what, remedy = _EXPECTED[kind]
        return (Problem(loc, f"{value} {what}", remedy),)
    if kind == "string_pattern_mismatch" and "[A-Z]" in details["ctx"]["pattern"]:
        return (Problem(loc, f"{value} is no currency", "write its three capital letters, such as USD"),)
    if kind == "string_pattern_mismatch" and details["ctx"]["pattern"].startswith("^20"):
        if details["ctx"]["pattern"].endswith(r"-\d\d-\d\d$"):
            return (Problem(loc, f"{value} is no day", "write a day such as 2026-04-01"),)
        return (Problem(loc, f"{value} is no year", "write a year such as 2026, or where it may be shorter 2026-Q3 or 2026-08"),)
    if kind == "string_pattern_mismatch":
        remedy = "write site/pool" if "/" in details["ctx"]["pattern"] else "use letters, digits and _ . + - only"
        return (Problem(loc, f"{value} is not a name", remedy),)
    return (Problem(loc, f"{value}: {details['msg'][:1].lower()}{details['msg'][1:]}", "correct the value"),)


def _cut_number(loc: Loc, root: Node) -> Problem | None:
    """A number with a comma inside { }: what stands before the comma is the value, and what follows was read as a key."""
    node, _ = find(root, loc[:-1])
    rest = str(loc[-1])
    keys = list(node.value) if isinstance(node.value, dict) else []
    if not _REST_OF_NUMBER.match(rest) or rest not in keys or not keys.index(rest):
        return None
    at, parts = keys.index(rest), [rest]
    while at > 1 and _REST_OF_NUMBER.match(keys[at - 1]):
        at, parts = at - 1, [keys[at - 1], *parts]
    key = keys[at - 1]
    value = node.value[key].value if isinstance(node.value, dict) else None
    if not isinstance(value, int | str) or not re.fullmatch(r"-?\d{1,3}", str(value)):
        return None
    whole = f"{value},{','.join(parts)}"
    what = f"a comma ends the value inside {{ }}: `{key}: {whole}` was read as {key}: {value} and a key `{rest}`"
    return Problem((*loc[:-1], key), what, f'write {key}: {whole.replace(",", "")}, or quote it: {key}: "{whole}"')


def _unknown_key(loc: Loc, schema: Mapping[str, Any]) -> Problem:
    key = str(loc[-1])
    known = _schema_at(schema, loc[:-1]).get("properties", {})
    house_word = next((word for word in (_HOUSE_WORDS.get(key.lower()), _JOB_WORDS.get(key.lower())) if word in known), None)
    if house_word is not None:
        reason = _REASONS.get(key)
        return Problem(loc, "unknown key", f"did you mean `{house_word}`?" + (f" ({reason})" if reason else ""))
    return Problem(loc, "unknown key", did_you_mean(key, known))


def _schema_at(schema: Mapping[str, Any], loc: Loc) -> Mapping[str, Any]:
    """The part of a JSON Schema that describes the value at *loc*, as far as it says so."""
    here = schema
    for step in loc:
        here = _resolved(here, schema)
        here = here.get("items", {}) if isinstance(step, int) else here.get("properties", {}).get(step) or value_schema(here)
    about = here.get("description")
    found = _resolved(here, schema)
    return {**found, "description": about} if about else found


def _resolved(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Past `$ref`, and past the `anyOf` of an optional or shortened part, to the mapping or list behind it."""
    while True:
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rsplit("/", 1)[1]]
        elif choices := [one for one in part.get("anyOf", ()) if not _LEADS_ON.isdisjoint(one)]:
            part = choices[0]
        else:
            return part


def value_schema(about: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a mapping with free keys maps to; nothing where its keys are not free."""
    found = next(iter(about.get("patternProperties", {}).values()), about.get("additionalProperties"))
    return found if isinstance(found, Mapping) else {}


def _shown(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text[:60])
    return f"`{text}`" if text else "an empty text"
