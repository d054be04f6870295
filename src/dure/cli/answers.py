"""What the commands that answer about a plan do alike: read the scenario, look whether files may be written, write them, say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dure.cli.context import at_least, words
from dure.cli.table_files import inputs_about, may_write_tables, write_tables

if TYPE_CHECKING:
    from dure.adapters.files import LoadedScenario
    from dure.present.tables import Table
    from dure.present.words import Words
    from dure.solver import Limits

BREACHED = 70
"""Exit code where the independent check finds a rule broken."""


LOOKS_OF_A_LIMIT = 8
"""Looks of a search that stand for a second: fewer than a machine does, so that its load decides nothing."""


class Files(NamedTuple):
    """Where an answer goes besides the terminal; `reads` are the files that it is made from and that it must never replace."""

    reads: tuple[Path, ...]
    page: Path | None = None
    xlsx: Path | None = None
    csv: Path | None = None
    force: bool = False

    def check(self) -> None:
        """Before any work is done: InputError where a file would be lost."""
        if self.page is not None:
            from dure.adapters.outputs import may_write_page

            may_write_page(self.page, self.reads, force=self.force)
        may_write_tables(self.xlsx, self.csv, self.reads, force=self.force)

    def write(self, html: Callable[[], str], tables: Callable[[], Mapping[str, Table]], about: About, say: Words) -> list[str]:
        """The page and the tables, where they are asked for: their paths."""
        wrote = []
        if self.page is not None:
            from dure.adapters.files import write_text

            write_text(self.page, html())
            wrote.append(str(self.page))
        if self.xlsx is None and self.csv is None:
            return wrote
        lines = inputs_about(about.name, about.inputs, about.sentences(), say)
        return wrote + write_tables(tables(), lines, self.xlsx, self.csv, say, reads=self.reads, force=self.force)


class About(NamedTuple):
    """What the first sheet of a workbook says of its tables: what they are of, their inputs with hashes, and what is said first."""

    name: str
    inputs: Sequence[tuple[str, str]]
    sentences: Callable[[], Sequence[str]]


def limits(seconds: int, gap: int) -> Limits:
    """Where the solver may stop: `gap` in parts per million. The seconds are a guard: work ends a search first, on every machine alike."""
    from dure.solver import Limits

    at_least("--seconds", seconds)
    at_least("--gap", gap, 0)
    return Limits(time_s=float(seconds), gap=gap / 1_000_000, looks=seconds * LOOKS_OF_A_LIMIT)


def say_wrote(wrote: Sequence[str], say: Words) -> None:
    """One line for each file, below an empty one."""
    for at, path in enumerate(wrote):
        print(("" if at else "\n") + say("buy.wrote", file=path))


def plan_words(loaded: LoadedScenario) -> Words:
    """Words with the Korean names that the scenario gives its plan, sites, classes of demand and rules."""
    asked, programme = loaded.scenario.plan.purchase, loaded.scenario.programme
    sites = {one.name: one.name_ko for one in (asked.sites if asked else ())}
    sites |= {one.name: one.name_ko for one in loaded.scenario.sites if one.name_ko}
    rules = {one.name: one.name_ko for one in (asked.shares if asked else ())}
    rules |= {one.name: one.name_ko for one in (asked.counts if asked else ())}
    return words(
        {
            "plan": {programme.name: programme.name_ko} if programme.name and programme.name_ko else {},
            "site": {name: korean for name, korean in sites.items() if korean},
            "work": {one.name: one.name_ko for one in (asked.demand if asked else ()) if one.name_ko},
            "rule": {name: korean for name, korean in rules.items() if korean},
        }
    )
