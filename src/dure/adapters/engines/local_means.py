"""What a local site has for programs beside its machine: copies of data sets, Python environments, a container runtime.

Whoever needs one makes it where there is none (`runtime/stage.py`, in the attempt's own process, so that nothing waits for it but the
attempt); here stands what it is told, what is there, and what goes when nobody has used it for long.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dure.runtime
from dure.adapters.engines.local_folder import Record, is_inside
from dure.model.datasets import Copy
from dure.operate.ports import Program

STAGE = Path(dure.runtime.__file__).parent / "stage.py"
COPIES, ENVIRONMENTS = "data", "environments"
CONDA = ("micromamba", "mamba", "conda")
"""Programs that make a conda environment, the quickest first."""


@dataclass(frozen=True, slots=True)
class Means:
    """`contents`: where pieces of data sets are; `packages`: from where pip takes them, empty: as it is set up; `tools`: a program by
    kind of setup (`conda`, `image`), for those that need one.
    """

    contents: str = ""
    packages: str = ""
    kinds: frozenset[str] = frozenset({"given"})
    tools: Mapping[str, str] = field(default_factory=dict)
    file_bytes: int = 0
    log_bytes: int = 0
    """The largest file that a job may write, and the largest log; 0: any."""

    def lacks(self, program: Program | None) -> str:
        """What of a program this site cannot do, in English for the log of the site; empty where it can all of it."""
        if program is None:
            return ""
        kind, value = program.setup
        if kind and kind not in self.kinds:
            return f"no means for {kind} here"
        if kind in ("pip", "conda") and not is_inside(value):
            return f"{value!r} leads out of the working folder"
        return "no data sets here" if program.data and not self.contents else ""

    def order(self, program: Program, home: Path, folder: Path) -> Record | None:
        """What has to be there before this program; None where nothing has. `folder`: the attempt's."""
        if not program.data and not program.setup.kind:
            return None
        work = program.folder or str(folder / "work")
        kind, value = program.setup
        setup: dict[str, Any] = {"kind": kind, "work": work, "attempt": str(folder), "tool": self.tools.get(kind, "")}
        if kind in ("pip", "conda"):
            setup |= {"file": f"{work}/{value}", "packages": self.packages}
        elif kind:
            setup["folder" if kind == "given" else "image"] = value
        return {
            "data": [one._asdict() for one in program.data],
            "contents": self.contents,
            "copies": str(home / COPIES),
            "envs": str(home / ENVIRONMENTS),
            "setup": setup,
            "limit_s": program.limits.time_s,
        }


def first_installed(names: Iterable[str]) -> str:
    """The first of these programs that this machine has; empty where it has none."""
    return next((found for name in names if (found := shutil.which(name))), "")


def copies_of(home: Path) -> list[Copy]:
    """Data sets of which a copy is at a site, by its folder."""
    found = []
    for place in sorted((home / COPIES).glob("*.json")):
        known = _record(place)
        if known is not None and (home / COPIES / known["folder"]).is_dir():
            found.append(Copy(place.stem, known["size_bytes"], known["since"], known["took_ms"]))
    return found


def tidy(home: Path, until: int, running: Iterable[Path]) -> None:
    """Copies and environments that nobody has used since second `until` go, and trees that are no copy any more; none that runs."""
    used = "\n".join(_text(folder / "staged.json") + _text(folder / "stage.json") for folder in running)
    for shelf in (home / COPIES, home / ENVIRONMENTS):
        keeps = set()
        for place in sorted(shelf.glob("*.json")):
            known, name = _record(place), place.stem
            folder = str(known["folder"]) if known is not None and "folder" in known else name
            if known is None or (place.stat().st_mtime < until and name not in used and folder not in used):
                place.unlink(missing_ok=True)
            else:
                keeps.add(folder)
        for tree in [one for one in shelf.glob("*") if one.is_dir() and one.name not in keeps]:
            if tree.name not in used and tree.stat().st_mtime < until:
                _remove(tree)


def _remove(tree: Path) -> None:
    for folder, _, _ in os.walk(tree):
        with suppress(OSError):
            os.chmod(folder, 0o700)
    shutil.rmtree(tree, ignore_errors=True)


def _record(place: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return None
    return found


def _text(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8")
    except OSError:
        return ""
