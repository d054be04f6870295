"""Korean of what the core says in English: every note and reason that stands in its sources has a pattern."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from dure.adapters.catalogs import load_catalog
from dure.adapters.profiles import packaged_profiles
from dure.present.numbers import Lang
from dure.present.said import said
from dure.present.words import Words
from dure.twin.classes import _why_nowhere

SOURCE = Path(__file__).resolve().parents[2] / "src" / "dure"
SPEAKING = {
    "twin/classes.py": ("notes", "_too_large"),
    "twin/build.py": ("build_plan", "_from_second_0"),
    "twin/offer.py": ("_load_notes",),
    "twin/people.py": ("_lost_note", "_stranger_note"),
    "twin/floor.py": ("_pool",),
    "wire/scenario_checks.py": ("_outside", "_granted_late", "_not_used"),
    "adapters/run_input.py": ("assumption_rows",),
}
KO = Words(Lang.KO)


def texts(node: ast.AST) -> Iterator[str]:
    """Texts of at least four words, `x` for what is filled in; not docstrings, and not the text of an error."""
    if isinstance(node, ast.Raise | ast.Assert) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from texts(child)


def spoken() -> list[str]:
    found = []
    for name, functions in SPEAKING.items():
        tree = ast.parse((SOURCE / name).read_text(encoding="utf-8"))
        bodies = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in functions]
        assert {node.name for node in bodies} == set(functions), name
        found += [text for body in bodies for statement in body.body for text in texts(statement) if text.count(" ") >= 3]
    return found


def nowhere() -> list[str]:
    """Every way in which a need has no pool."""
    asks = itertools.product(("generic", "llm-finetune"), (0, 1), (0, 1), (0, 1), ("", "mi300x:8"), (0, 80))
    return [_why_nowhere(*one) for one in asks if one[3] == 0 or one[4] or one[5]]


def test_every_note_and_refusal_has_its_korean() -> None:
    found = spoken() + nowhere()
    assert len(found) > 50
    assert [text for text in found if said(text, KO) == text] == []


def test_what_dure_itself_assumes_is_said_in_korean() -> None:
    catalog = load_catalog()
    own = [row.why for row in catalog.assumptions] + [packaged_profiles()["national"].source]
    own += [row.derivation for row in catalog.weights if "published workload classes" in row.derivation]
    assert [text for text in own if said(text, KO) == text] == []


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("devices: below 1", "devices: 1보다 작음"),
        ("asks for 999 accelerators: the largest pool that could run it has 32", "가속기 999개를 요구: 돌 수 있는 가장 큰 풀이 32개"),
        ("a sentence nobody translated", "a sentence nobody translated"),
    ],
)
def test_a_text_without_korean_stays(english: str, korean: str) -> None:
    assert said(english, KO) == korean
    assert said(english, Words(Lang.EN)) == english
