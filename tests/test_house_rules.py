"""The tidy test: what a reviewer would otherwise have to say twice. `make check` runs it.

Sizes are ratcheted: tests/house_ratchet.json may name a function or file that is over the limit with its size of today; it may
shrink, never grow, and its entry goes when it fits.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "dure"
RATCHET: dict[str, dict[str, int]] = json.loads((ROOT / "tests" / "house_ratchet.json").read_text(encoding="utf-8"))
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
FILE_LINES_MEDIAN_MAX = 200
LINE_WIDTH_MAX = 140
TRACKED_BYTES_MAX = 1_000_000
PURE_ROOMS = ("model", "policy", "plant", "ledger", "wire", "plan", "twin", "operate", "programme", "study", "present")

# One unit, one spelling. Keys are endings that are not used; values are the ones that are.
UNIT_ENDINGS = {
    "_sec": "_s",
    "_secs": "_s",
    "_second": "_s",
    "_seconds": "_s",
    "_minutes": "_s",
    "_hrs": "_h",
    "_krw": "_won",
    "_kilowatts": "_kw",
    "_kilowatt": "_kw",
    "_gigabytes": "_gb",
    "_gib": "_gb",
    "_pct": "_ppm",
    "_percent": "_ppm",
}


@cache
def sources() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in sorted(SOURCE.rglob("*.py"))}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions() -> Iterator[tuple[str, int]]:
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                yield f"{_name(path)}:{node.name}", node.end_lineno - node.lineno + 1


def _over(kind: str, sizes: list[tuple[str, int]], limit: int) -> list[str]:
    """What is over the limit or its ratchet, and what the ratchet names that has shrunk or gone."""
    allowed = RATCHET[kind]
    largest: dict[str, int] = {}
    for name, size in sizes:
        largest[name] = max(size, largest.get(name, 0))
    wrong = [
        f"{name}: {size} lines, at most {max(limit, allowed.get(name, 0))}"
        for name, size in largest.items()
        if size > max(limit, allowed.get(name, 0))
    ]
    wrong += [
        f"tests/house_ratchet.json: {name} has {largest.get(name, 0)} lines now; lower its entry from {size} or drop it"
        for name, size in allowed.items()
        if largest.get(name, 0) < size
    ]
    return wrong


def _assert_none(wrong: list[str]) -> None:
    if wrong:
        pytest.fail(f"{len(wrong)} found:\n" + "\n".join(wrong), pytrace=False)


def test_functions_end_within_70_lines() -> None:
    _assert_none(_over("function_lines", list(_functions()), FUNCTION_LINES_MAX))


def _file_lines() -> list[tuple[str, int]]:
    return [(_name(path), len(path.read_text(encoding="utf-8").splitlines())) for path in sources()]


def test_files_end_within_500_lines() -> None:
    _assert_none(_over("file_lines", _file_lines(), FILE_LINES_MAX))


def test_half_of_the_files_are_under_200_lines() -> None:
    sizes = sorted(size for _, size in _file_lines())
    assert sizes[len(sizes) // 2] < FILE_LINES_MEDIAN_MAX


def test_lines_are_at_most_140_wide() -> None:
    _assert_none(
        [
            f"{_name(path)}:{number}: {len(line)} characters"
            for folder in ("src", "tests", "scripts", "benchmarks")
            for path in sorted((ROOT / folder).rglob("*.py"))
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if len(line) > LINE_WIDTH_MAX
        ]
    )


def test_every_module_says_why_it_is_there() -> None:
    _assert_none([f"{_name(path)}: no docstring" for path, tree in sources().items() if not ast.get_docstring(tree)])


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|NotImplemented" + r"Error)\b")
    _assert_none(
        [
            f"{_name(path)}:{number}: {line.strip()}"
            for path in sources()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if later.search(line)
        ]
    )


def _names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Parameters, assigned names, fields and attributes: what a reader has to understand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def test_there_is_no_simulate_flag() -> None:
    flag = re.compile(r"^_?(is_|do_)?simulat(e|ed|ing|ion)$")
    # `simulated` marks a programme whose life is simulated: a fact that is printed, asked by no branch of floors 0 to 2.
    asked = [
        f"{_name(path)}:{node.lineno}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.If | ast.IfExp | ast.While) and path.relative_to(SOURCE).parts[0] in PURE_ROOMS[:-1]
        for part in ast.walk(node.test)
        if (isinstance(part, ast.Name) and flag.match(part.id)) or (isinstance(part, ast.Attribute) and flag.match(part.attr))
    ]
    named = [
        f"{_name(path)}:{line}: {name}"
        for path, tree in sources().items()
        for line, name in _names(tree)
        if flag.match(name) and name != "simulated"
    ]
    _assert_none(asked + named)


def test_only_the_command_line_prints() -> None:
    _assert_none(
        [
            f"{_name(path)}:{node.lineno}: print belongs in cli"
            for path, tree in sources().items()
            if path.relative_to(SOURCE).parts[0] not in ("cli", "__main__.py", "verify.py")
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        ]
    )


def test_strangers_share_nothing_with_the_house() -> None:
    """The stranger's check and the code inside a job import the standard library alone."""
    strangers = {path: tree for path, tree in sources().items() if path.relative_to(SOURCE).parts[0] in ("verify.py", "runtime", "agent")}
    assert len(strangers) >= 2
    imported = [(path, name) for path, tree in strangers.items() for name in _imported(tree)]
    _assert_none([f"{_name(path)}: imports {name}" for path, name in imported if name.partition(".")[0] not in sys.stdlib_module_names])


def _imported(tree: ast.AST) -> list[str]:
    found = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return found + [node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def test_pure_rooms_touch_no_file_clock_or_dice() -> None:
    """What import-linter cannot see: builtins and attributes of modules that are allowed for other reasons."""
    calls = re.compile(
        r"^(open|input|exec|eval|breakpoint)$|\.random\b|(^|\.)(now|utcnow|today)$|\.(tofile|fromfile|loadtxt|savetxt|memmap)$"
    )
    _assert_none(
        [
            f"{_name(path)}:{node.lineno}: {ast.unparse(node.func)}"
            for path, tree in sources().items()
            if path.relative_to(SOURCE).parts[0] in PURE_ROOMS
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and calls.search(ast.unparse(node.func))
        ]
    )


def test_one_unit_has_one_spelling() -> None:
    _assert_none(
        sorted(
            {
                f"{_name(path)}:{line}: {name}: write {UNIT_ENDINGS[ending]}"
                for path, tree in sources().items()
                for line, name in _names(tree)
                for ending in UNIT_ENDINGS
                if name.lower().endswith(ending)
            }
        )
    )


def test_every_room_is_under_the_contracts() -> None:
    """import-linter demands that a named room exists, so the list grows with the house; this is the reminder."""
    text = (ROOT / ".importlinter").read_text(encoding="utf-8")
    pure = text.split("[importlinter:contract:pure]")[1].split("forbidden_modules")[0]
    _assert_none(
        [
            f".importlinter: add dure.{room} to the contract `pure`"
            for room in PURE_ROOMS
            if (SOURCE / room).is_dir() and f"    dure.{room}\n" not in pure
        ]
    )


def test_help_starts_without_heavy_imports() -> None:
    """`dure --help` answers in 0.1 s of CPU: nothing heavy is imported until a command needs it."""
    heavy = ("numba", "llvmlite", "numpy", "duckdb", "vl_convert", "babel", "highspy", "pydantic")
    code = f"import sys, dure.cli.main; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


# What the repository ships


def _text(path: Path) -> str | None:
    data = (ROOT / path).read_bytes()
    if b"\0" in data[:8192]:
        return None
    return data.decode("utf-8")


def _tracked_lines(tracked_files: list[Path], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path in tracked_files
        for number, line in enumerate((_text(path) or "").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_path_of_a_machine_is_shipped(tracked_files: list[Path]) -> None:
    _assert_none(_tracked_lines(tracked_files, re.compile(r"(^|[\s\"'=(:`])/(?:work|root|farm|home/\w+|Users/\w+)/")))


def test_no_address_of_a_package_file_or_index_is_shipped(tracked_files: list[Path]) -> None:
    address = r"https?://[^\s\"')]+\.(?:whl|tgz|deb|rpm|tar\.gz|zip)\b|https?://[^\s\"')]+/simple\b|\"resolved\": \"http"
    options = r"^\s*(?:-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b|\bfile:///"
    hosts = r"py(?:pi)\.org|python(?:hosted)\.org|registry\.npm(?:js)\.org|deb\.deb(?:ian)\.org"
    _assert_none(_tracked_lines(tracked_files, re.compile(f"{address}|{options}|{hosts}")))


def test_no_trace_is_shipped(tracked_files: list[Path]) -> None:
    """Traces are other people's records: they are read from ../shared, never copied into the repository.

    A store that a release wrote of a programme of its own (`scripts/release_store.py`) is nobody's record.
    """
    kept = [path for path in tracked_files if path.parts[:2] == ("tests", "releases") and path.name == "store.db"]
    assert all((ROOT / path).stat().st_size < 512 * 1024 for path in kept)
    traces = {".swf", ".parquet", ".trace", ".gz", ".zst", ".bz2", ".xz", ".zip", ".db", ".sqlite", ".whl"}
    _assert_none(
        [
            f"{path}: {(ROOT / path).stat().st_size} bytes"
            for path in set(tracked_files) - set(kept)
            if (ROOT / path).stat().st_size > TRACKED_BYTES_MAX
            or (path.suffix in traces and not (path.parts[0] == "tests" and (ROOT / path).stat().st_size < 20_000))
        ]
    )


def test_what_is_ignored_is_not_shipped(tracked_files: list[Path]) -> None:
    generated = {".venv", "__pycache__", "build", "dist", "demo", "runs", ".hypothesis", ".mypy_cache", ".ruff_cache"}
    _assert_none([str(path) for path in tracked_files if path.parts[0] in generated or "__pycache__" in path.parts])


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs", ".ci"])
def test_every_make_target_that_is_named_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    place = ROOT / page
    files = [path for path in [place, *place.rglob("*")] if path.is_file() and path.suffix in ("", ".md")]
    assert files
    quoted = re.compile(r"`make ([a-z][a-z-]*)|^\s*(?:\$ )?make ([a-z][a-z-]*)", re.MULTILINE)
    named = {(path.name, a or b) for path in files for a, b in quoted.findall(path.read_text(encoding="utf-8"))}
    assert {(name, target) for name, target in named if target not in targets} == set()


def test_every_make_target_says_what_it_does() -> None:
    listed = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE)
    phony = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    assert sorted(phony) == sorted(targets)
    texts = dict(re.findall(r"^make (\S+) +(\S.*)$", listed, re.MULTILINE))
    assert list(texts) == targets
    assert len(set(texts.values())) == len(targets), "a target without a comment line of its own repeats the one before"


def test_ratchet_allows_nothing_unknown() -> None:
    assert set(RATCHET) == {"function_lines", "file_lines"}
