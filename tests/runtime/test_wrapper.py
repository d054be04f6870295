"""The wrapper runs where dure does not: an old Python, nothing but the standard library."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from dure.runtime import wrapper

SOURCE = Path(wrapper.__file__).read_text(encoding="utf-8")


def test_python_3_6_understands_it() -> None:
    ast.parse(SOURCE, feature_version=(3, 6))


def test_it_imports_the_standard_library_alone() -> None:
    found = {alias.name for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Import) for alias in node.names}
    found |= {str(node.module) for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.ImportFrom)}
    assert len(found) > 5
    assert found <= set(sys.stdlib_module_names)
    assert not [name for name in found if name.startswith("dure")]
