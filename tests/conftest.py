"""What every test can rely on: shared data, tiers, and a run that says first what it will skip and why.

Elsewhere a test that needs what this machine lacks is skipped with its reason. With DURE_CI=1 a skip is a failure: there,
everything that tests need has been installed, and a skipped test would be one that silently stopped testing.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import subprocess
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from tests.slurm import absent as absent_slurm
from tests.stores import postgres_programs, postgres_server

ROOT = Path(__file__).resolve().parents[1]
CI = os.environ.get("DURE_CI", "") not in ("", "0")
TEST_CPU_S_MAX = 5.0
"""A default-tier test that needs more CPU seconds than this belongs to the system tier; it is named at the end, never failed."""

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

_SLOW: list[tuple[float, str]] = []
_DESELECTED = {"system": 0, "soak": 0}
_MAKE = {"system": "test-system", "soak": "soak"}

settings.register_profile("dure", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dure-ci", settings.get_profile("dure"), derandomize=True, database=None, print_blob=True)
settings.load_profile("dure-ci" if CI else "dure")


def shared_folder() -> Path:
    """Public traces and tables that are not part of the repository: DURE_SHARED, else `../shared` beside it."""
    return Path(os.environ.get("DURE_SHARED") or ROOT.parent / "shared")


def _korean_font() -> bool:
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts", Path.home() / ".fonts")
    patterns = ("NotoSansCJK*", "NotoSansKR*", "Nanum*", "Pretendard*", "UnDotum*", "Baekmuk*")
    return any(next(folder.rglob(pattern), None) for folder in folders if folder.is_dir() for pattern in patterns)


def missing() -> dict[str, str]:
    """What this machine lacks: fixture or `needs` name → why the tests that use it are skipped."""
    found = {}
    if not shared_folder().is_dir():
        found["shared"] = f"no public traces at {shared_folder()}; put them there or set DURE_SHARED"
    if not _korean_font():
        found["korean_font"] = "no font with Korean glyphs; Debian and Ubuntu: apt-get install fonts-noto-cjk"
    if not shutil.which("cc"):
        found["c_compiler"] = "no C compiler for the second implementation; Debian and Ubuntu: apt-get install gcc libc6-dev"
    if postgres_programs() is None:
        found["postgres"] = "no PostgreSQL server; Debian and Ubuntu: apt-get install postgresql"
    if absent_slurm():
        found["slurm_programs"] = f"no {', '.join(absent_slurm())}; Debian: apt-get install the packages of .ci/packages.txt that say Slurm"
    if not shutil.which("git") or not (ROOT / ".git").exists():
        found["tracked_files"] = "not a git clone, so what the repository ships cannot be listed"
    return found


MISSING = missing()


def _or_skip(name: str) -> None:
    if name in MISSING:
        pytest.skip(MISSING[name])


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with `traces/` and `data/`; the test is skipped where it is absent."""
    _or_skip("shared")
    return shared_folder()


@pytest.fixture(scope="session")
def c_compiler() -> None:
    _or_skip("c_compiler")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL server of our own, with {} for the database."""
    _or_skip("postgres")
    with postgres_server() as address:
        yield address


@pytest.fixture
def own_postgres() -> Iterator[str]:
    """The same for one test alone, which may kill it."""
    _or_skip("postgres")
    with postgres_server("-own") as address:
        yield address


@pytest.fixture(scope="session")
def slurm_programs() -> None:
    """The programs of a Slurm cluster with accounting are installed; the test is skipped where one is not."""
    _or_skip("slurm_programs")


@pytest.fixture(scope="session")
def korean_font() -> None:
    """A font with Korean glyphs is installed; the test is skipped where there is none."""
    _or_skip("korean_font")


@pytest.fixture(scope="session")
def tracked_files() -> list[Path]:
    """Every file that git tracks and that exists, as a path from the root of the repository."""
    _or_skip("tracked_files")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def pytest_report_header() -> list[str]:
    lines = [f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"]
    if CI:
        lines.append("DURE_CI: a skipped test counts as failed")
    lines += [f"absent: {why}" for why in MISSING.values()]
    return lines


def pytest_deselected(items: list[pytest.Item]) -> None:
    for tier in ("system", "soak"):
        _DESELECTED[tier] += sum(1 for item in items if item.get_closest_marker(tier))


def pytest_report_collectionfinish(items: list[pytest.Item]) -> list[str]:
    lines = []
    for name, why in MISSING.items():
        count = sum(1 for item in items if name in getattr(item, "fixturenames", ()))
        if count:
            lines.append(f"will {'fail' if CI else 'skip'} {count}: {why}")
    lines += [f"not in this run: {count} {tier} tests (make {_MAKE[tier]})" for tier, count in _DESELECTED.items() if count]
    return lines


def _failed_if_ci(report: Report) -> Report:
    if CI and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.longrepr = f"{report.nodeid}: a skip is a failure here (DURE_CI). {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _failed_if_ci((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _failed_if_ci((yield))


def _cpu_s() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    before = _cpu_s()
    try:
        return (yield)
    finally:
        used = _cpu_s() - before
        if used > TEST_CPU_S_MAX and not any(item.get_closest_marker(tier) for tier in ("system", "soak")):
            _SLOW.append((used, item.nodeid))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _SLOW:
        terminalreporter.section(f"default-tier tests over {TEST_CPU_S_MAX:g} CPU seconds: mark them `system` or make them smaller")
        for used, name in sorted(_SLOW, reverse=True):
            terminalreporter.line(f"{used:6.1f} s  {name}")
