"""The docs are true: quoted commands are run, answers stand in their output, links lead somewhere, words have one meaning.

A command is quoted in a ```console block (lines that start with `$ `; the lines below them must appear in its output in that
order, `…` stands for anything) or in a table with a column *command* (every number of its *answer* column must appear in the
output). All commands of a page run in order in one fresh folder that has `examples`, and `../shared` where it is present.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dure.cli.commands import COMMANDS
from dure.model.reasons import CAUSES
from dure.present.phrases_reasons import CAUSE_WORDS

ROOT = Path(__file__).resolve().parents[1]
READ_FIRST = ("README.md", "README.ko.md", "docs/WHY.md", "docs/COMPARISON.md")
PAGES = (
    *READ_FIRST,
    "docs/EXAMPLES.md",
    "docs/COST.md",
    "docs/PLAN.md",
    "docs/STUDY.md",
    "docs/TENDER.md",
    "docs/JOBSPEC.md",
    "docs/RATE.md",
    "docs/DEPLOY.md",
)
QUICK = (
    "dure --",
    "dure check ",
    "dure catalog",
    "dure schema",
    "dure study examples/study-small.yaml",
    "dure demand ",
    "dure jobs explain ",
    "dure rate examples/",
)
"""Commands that run in the default tier; the others need the kernel or minutes and run in the system tier."""
SERVES = "dure serve"
"""Runs until it is stopped: tests/test_quickstart.py starts it and plays its page."""
COMMAND_COLUMN, ANSWER_COLUMN = ("command", "명령"), ("answer", "답")
SECONDS_MAX = 540


@dataclass
class Quoted:
    page: str
    line: int
    command: str
    output: list[str] = field(default_factory=list)
    numbers: tuple[str, ...] = ()
    elsewhere: str = ""
    """The page with which it is run."""

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}: {self.command}"


def _blocks(page: str, lines: list[str]) -> list[Quoted]:
    found: list[Quoted] = []
    inside = False
    for number, line in enumerate(lines, 1):
        if line.startswith("```"):
            inside = not inside and line.strip() == "```console"
        elif inside and line.startswith("$ "):
            found.append(Quoted(page, number, line[2:].split("   #")[0].strip()))
        elif inside and line.strip():
            assert found, f"{page}:{number}: output before any command"
            found[-1].output.append(line.strip())
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _column(heads: list[str], names: tuple[str, ...]) -> int | None:
    return next((index for index, head in enumerate(heads) if head in names), None)


def _tables(page: str, lines: list[str]) -> list[Quoted]:
    found: list[Quoted] = []
    heads: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.startswith("|"):
            heads = []
        elif not heads:
            heads = [cell.lower() for cell in _cells(line)]
        elif (command := _column(heads, COMMAND_COLUMN)) is not None and not line.startswith("|---"):
            cells = _cells(line)
            answer = _column(heads, ANSWER_COLUMN)
            numbers = tuple(re.findall(r"\d[\d,]*(?:\.\d+)?", cells[answer])) if answer is not None else ()
            codes = [code for code in re.findall(r"`([^`]+)`", cells[command]) if code.startswith(("dure ", "make "))]
            if link := re.search(r"`\s+\(\[[^]]+\]\(([^)]+\.md)\)\)$", cells[command]):
                run_with = os.path.normpath(f"{Path(page).parent}/{link[1]}")
                found += [Quoted(page, number, code, elsewhere=run_with) for code in codes]
                continue
            found += [Quoted(page, number, code) for code in codes[:-1]]
            found += [Quoted(page, number, code, numbers=numbers) for code in codes[-1:]]
    return found


def quoted(page: str) -> list[Quoted]:
    """Every command of a page, in its order."""
    path = ROOT / page
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return sorted(_blocks(page, lines) + _tables(page, lines), key=lambda one: one.line)


ALL = {page: quoted(page) for page in PAGES}


def _is_quick(one: Quoted) -> bool:
    return one.command.startswith(QUICK)


def _in_order(wanted: list[str], text: str) -> str | None:
    """The first wanted line that does not follow the one before it, or None."""
    at = 0
    for line in wanted:
        pattern = r"\s+".join(re.escape(word).replace("…", ".*?") for word in line.split())
        match = re.compile(pattern).search(text, at)
        if match is None:
            return line
        at = match.end()
    return None


def _run(one: Quoted, folder: Path) -> str:
    """What is wrong with the command, or nothing."""
    if one.command.startswith("make "):
        words = ["make", "--dry-run", *shlex.split(one.command)[1:]]
        cwd = ROOT
    else:
        words = [sys.executable, "-c", "import sys; from dure.cli.main import main; sys.exit(main())", *shlex.split(one.command)[1:]]
        cwd = folder
    lang = "ko" if one.page.endswith(".ko.md") else "en"
    env = os.environ | {"LC_ALL": "C.UTF-8", "DURE_LANG": lang, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        words, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=SECONDS_MAX, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        return f"{one.where}\n  exit {done.returncode}: {(done.stderr or done.stdout)[-2000:]}"
    absent = _in_order(one.output, done.stdout)
    if absent is not None:
        return f"{one.where}\n  says: {absent}\n  does not follow in:\n{done.stdout[-4000:]}"
    lost = [number for number in one.numbers if number not in done.stdout]
    return f"{one.where}\n  answers {lost}, which are not in:\n{done.stdout[-4000:]}" if lost else ""


def _play(commands: list[Quoted], tmp_path: Path, shared: Path | None = None) -> None:
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / "examples").symlink_to(ROOT / "examples")
    if shared is not None:
        (tmp_path / "shared").symlink_to(shared)
    wrong = [text for one in commands if (text := _run(one, folder))]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.mark.parametrize("page", PAGES)
def test_quick_commands_run(page: str, tmp_path: Path) -> None:
    _play([one for one in ALL[page] if _is_quick(one) and not one.elsewhere], tmp_path)


@pytest.mark.system
@pytest.mark.parametrize("page", PAGES)
def test_every_command_runs(page: str, tmp_path: Path, shared: Path) -> None:
    _play([one for one in ALL[page] if not _is_quick(one) and not one.elsewhere and one.command != SERVES], tmp_path, shared)


def test_a_command_that_is_run_with_another_page_stands_there() -> None:
    pointed = [one for page in PAGES for one in ALL[page] if one.elsewhere]
    assert len(pointed) >= 10
    astray = [
        one.where for one in pointed if one.command not in {other.command for other in ALL.get(one.elsewhere, ()) if not other.elsewhere}
    ]
    assert not astray, "\n".join(astray)


def test_pages_quote_commands_at_all() -> None:
    assert [page for page in PAGES if not ALL[page]] == []


def _pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md"))]


def test_every_command_that_is_named_exists() -> None:
    known = {one.path for one in COMMANDS}
    unknown = []
    for page in _pages():
        for words in re.findall(r"`dure ([a-z][^`]*)`", page.read_text(encoding="utf-8")):
            parts = words.split()
            if parts[0] not in known or (
                parts[0] in {"trace", "twin", "plan", "jobs"} and len(parts) > 1 and " ".join(parts[:2]) not in known
            ):
                unknown.append(f"{page.name}: dure {words}")
    assert unknown == []


def test_every_link_leads_to_a_file() -> None:
    lost = [
        f"{page.name}: {target}"
        for page in _pages()
        for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert lost == []


def _glossary() -> list[list[str]]:
    lines = (ROOT / "docs" / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    rows = [_cells(line) for line in lines if line.startswith("|") and not line.startswith("|---")]
    return [row for row in rows if row[0] not in ("word", "quantity")]


def test_a_word_has_one_meaning_and_a_korean_word() -> None:
    rows = [row for row in _glossary() if len(row) == 4 or row[0] in {"measured", "simulated", "published", "assumed"}]
    words = [row[0] for row in rows]
    assert len(rows) > 100
    assert sorted({word for word in words if words.count(word) > 1}) == []
    assert [row[0] for row in rows if not re.search(r"[가-힣]", row[1])] == []


def test_causes_stand_in_the_glossary_as_the_report_says_them() -> None:
    rows = {row[0]: (row[1], row[3]) for row in _glossary() if len(row) == 4}
    assert [cause.name for cause in CAUSES] == [name for name in rows if name in CAUSE_WORDS]
    for cause in CAUSES:
        korean, menders = rows[cause.name]
        assert korean == CAUSE_WORDS[cause.name][0][1]
        assert menders == ", ".join(cause.menders)


def test_command_reference_is_current() -> None:
    from scripts.docs import command_reference

    page = ROOT / "docs" / "COMMANDS.md"
    assert page.read_text(encoding="utf-8") == command_reference(), "`make docs` writes it anew"


@pytest.mark.parametrize("page", PAGES)
def test_no_quoted_command_leaves_a_file_that_git_would_see(page: str) -> None:
    written = [word for one in ALL[page] for word in re.findall(r"(?:-o|--output|--csv|--pictures) (\S+)", one.command)]
    assert [path for path in written if not path.startswith(("runs/", "demo"))] == []


def test_each_readme_shows_a_picture_in_its_language() -> None:
    for page, picture, word in (
        ("README.md", "waterfall.svg", "no operating money"),
        ("README.ko.md", "waterfall.ko.svg", "운영예산 없음"),
    ):
        assert f"docs/img/{picture})" in (ROOT / page).read_text(encoding="utf-8")
        assert word in (ROOT / "docs" / "img" / picture).read_text(encoding="utf-8")
