"""Korean of errors: what the sources say is wrong, and every remedy, is found by a pattern."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dure.model.errors import InputError, Where
from dure.present.numbers import Lang
from dure.present.said import told, told_parts
from dure.present.words import Words
from dure.wire.problems import _EXPECTED, ScenarioErrors
from dure.wire.scenario import scenario_schema

SOURCE = Path(__file__).resolve().parents[2] / "src" / "dure"
NAMES = {
    "InputError",
    "ScenarioError",
    "TraceError",
    "CatalogError",
    "CostError",
    "LimitError",
    "StateError",
    "PeopleError",
    "MissingError",
    "LoginError",
    "RightError",
    "QuantityError",
    "Problem",
    "_error",
}
ROOMS = ("model", "ledger", "plant", "policy", "twin", "wire", "programme", "adapters")
OWN_FILES = {"profile.py", "tables_csv.py", "catalogs.py"}
"""Readers of files that dure writes or ships: their errors stay in English."""
KO = Words(Lang.KO)


def texts(node: ast.AST) -> Iterator[str]:
    """The texts an argument can be, `7` for what is filled in; nothing where a name stands for it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def test_a_sentence_and_its_remedy_are_one_line() -> None:
    error = InputError("There is no job j1 that you may see.", remedy="`dure ps` lists yours")
    assert str(error) == "There is no job j1 that you may see; `dure ps` lists yours"
    assert told_parts("", "볼 수 있는 작업이 없습니다.", "`dure ps`", KO) == "볼 수 있는 작업이 없습니다; `dure ps`"
    assert str(InputError("No remedy.")) == "No remedy."


def spoken() -> dict[str, str]:
    """Text → where it stands."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for file in sorted((SOURCE / room).rglob("*.py")):
            if file.name in OWN_FILES:
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in NAMES:
                    arguments = [*node.args, *(one.value for one in node.keywords if one.arg == "remedy")]
                    found |= {text: f"{file.name}:{node.lineno}" for one in arguments for text in texts(one) if " " in text}
    return found


def korean(text: str) -> str:
    return told_parts("", text, "", KO)


def test_every_error_has_its_korean() -> None:
    found = spoken() | {text: "problems.py" for pair in _EXPECTED.values() for text in (f"7 {pair[0]}", pair[1])}
    assert len(found) > 150
    filled_by_names = {"7 7", "7 in 7", "7: 77", "7 is not 7", "7… is too long for 7", "7 is not: write 7", "did you mean 7s? Write 7"}
    filled_by_names |= {"a price is not: write 7", "did you mean 7y? Write 7", "did you mean 7mo? Write 7", "did you mean 7o? Write 7"}
    filled_by_names |= {"7 is finer than 7", "7 (without -n)", "correct the line7, or quote the text"}
    missing = {text: place for text, place in found.items() if korean(text) == text and text not in filled_by_names}
    assert missing == {}


@pytest.mark.parametrize(
    ("what", "remedy", "said"),
    [
        ("1kg is not a duration", "write 90s, 30m, 2h30m, 7d or 2w", "1kg: 기간이 아닙니다; 90s, 30m, 2h30m, 7d 또는 2w처럼 쓰십시오"),
        (
            "-3 is negative",
            "a whole number is not: write 12, 30000, 30,000 or 30_000",
            "-3: 음수입니다; 12, 30000, 30,000 또는 30_000처럼 쓰십시오",
        ),
        (
            "1.5 is finer than 1",
            "write 12, 30000, 30,000 or 30_000",
            "1.5: 1보다 잘게 나눌 수 없습니다; 12, 30000, 30,000 또는 30_000처럼 쓰십시오",
        ),
        (
            "300 has no unit",
            "did you mean 300s? Write 90s, 30m, 2h30m, 7d or 2w",
            "300: 단위가 없습니다; 혹시 300s입니까? 90s, 30m, 2h30m, 7d 또는 2w처럼 쓰십시오",
        ),
        ("unknown key", "did you mean `nodes`?", "모르는 항목입니다; 혹시 `nodes`입니까?"),
        ("the file is empty", "was it written completely?", "파일이 비어 있습니다; 끝까지 쓰인 파일입니까?"),
        ("nobody translated this", "nor this", "nobody translated this; nor this"),
    ],
)
def test_an_error_is_said_in_the_language_of_the_call(what: str, remedy: str, said: str) -> None:
    error = InputError(what, where=Where("a.yaml", 7, "sites"), remedy=remedy)
    assert told(error, KO) == f"a.yaml:7: sites: {said}"
    assert told(error, Words(Lang.EN)) == str(error)
    assert told(ScenarioErrors((error, error)), KO).count("\n") == 1


def test_the_meaning_of_every_key_that_must_be_written_has_its_korean() -> None:
    schema = scenario_schema()
    missing = []
    for definition in schema["$defs"].values():
        for key in definition.get("required", ()):
            text = f"write `{key}:` ({definition['properties'][key]['description']})"
            if not re.search(r"\(.*[가-힣].*\)$", korean(text)):
                missing.append(text)
    assert missing == []
