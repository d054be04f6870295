"""Demand profiles from the package or from a file, and back to a file. The form is that of `wire.profile`."""

from __future__ import annotations

import csv
import difflib
import io
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Final

from dure import __version__
from dure.adapters.files import write_text
from dure.model.errors import InputError, Where
from dure.wire.profile import COLUMNS, Profile, Row, parse, rows

STATISTICS: Final = "cluster_statistics.csv"
PACKAGED: Final = ("demand_classes.csv", "demand_profile.csv")


def packaged_profiles() -> dict[str, Profile]:
    """The profiles that dure ships, by name."""
    found: dict[str, Profile] = {}
    for name in PACKAGED:
        text = (resources.files("dure.catalog") / name).read_text(encoding="utf-8")
        found |= parse(_rows(name, text), name)
    return found


def published_statistics() -> dict[str, dict[str, Decimal]]:
    """Published statistics of clusters, by cluster and statistic: what the calibrated profiles are held to (T12)."""
    text = (resources.files("dure.catalog") / STATISTICS).read_text(encoding="utf-8")
    found: dict[str, dict[str, Decimal]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        found.setdefault(row["cluster"], {})[row["statistic"]] = Decimal(row["value"])
    return found


def load_profile(name: str, folder: Path | None = None) -> Profile:
    """A profile by its name, or the only one of a file (relative to `folder`); `FILE#NAME` picks one of several."""
    path, _, wanted = name.partition("#")
    file = folder / path if folder is not None else Path(path)
    if not ("/" in path or path.endswith(".csv") or file.is_file()):
        known = packaged_profiles()
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else "name a file, or one of " + ", ".join(known)
            raise InputError(f"no profile {name!r}", where=Where(field="profile"), remedy=hint)
        return known[name]
    found = _from_file(file)
    if wanted and wanted not in found:
        raise InputError(f"holds no profile {wanted!r}", where=Where(str(file)), remedy=f"it holds {', '.join(found)}")
    if not wanted and len(found) != 1:
        raise InputError(f"holds {len(found)} profiles", where=Where(str(file)), remedy=f"name one: {path}#{next(iter(found))}")
    return found[wanted or next(iter(found))]


def write_profile(path: str | Path, profile: Profile) -> None:
    """Writes one profile; the file appears whole or not at all."""
    write_text(path, profile_text(profile))


def profile_text(profile: Profile) -> str:
    """The profile as the text of its CSV file."""
    text = io.StringIO()
    text.write(f"# dure {__version__} profile\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row[:-1] for row in rows(profile))
    return text.getvalue()


def _from_file(path: Path) -> dict[str, Profile]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError("no such file", where=Where(str(path)), remedy="check the path") from None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8", where=Where(str(path)), remedy="save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=Where(str(path)), remedy="it must be a readable file") from None
    found = parse(_rows(str(path), text), str(path))
    if not found:
        raise InputError("holds no profile", where=Where(str(path)), remedy="write one with dure trace profile")
    return found


def _rows(file: str, text: str) -> list[Row]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[Row] = []
    try:
        header = next((cells for cells in lines if not cells or not cells[0].startswith("#")), [])
        if tuple(header) != COLUMNS:
            raise InputError(
                f"the header is {','.join(header)[:80]!r}", where=Where(file, max(1, lines.line_num)), remedy=f"write {','.join(COLUMNS)}"
            )
        for cells in lines:
            if len(cells) != len(COLUMNS):
                what = f"{len(cells)} cells under {len(COLUMNS)} columns"
                raise InputError(what, where=Where(file, lines.line_num), remedy="quote cells with commas")
            profile, part, key, figures, source = cells
            found.append(Row(profile, part, key, figures, source, lines.line_num))
    except csv.Error as error:
        raise InputError(f"no CSV ({error})", where=Where(file, lines.line_num), remedy="was it written completely?") from None
    return found
