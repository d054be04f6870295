"""Files that people write and files that dure writes: read strictly, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from dure.adapters.yaml_tree import parse_yaml
from dure.model.errors import InputError, ScenarioError, Where
from dure.wire.problems import ScenarioErrors, scenario_errors
from dure.wire.scenario import Scenario, scenario_schema
from dure.wire.scenario_programme import Programme
from dure.wire.tree import Node, field_path, find, merge, parse_field_path, plain, put

BYTES_MAX = 16 * 2**20
LINE_BYTES_MAX = 2**20
EXTENDS_MAX = 16
SET = "--set"
SECTIONS = frozenset({"catalog", "demand", "plan", "policy", "programme", "sites"})
"""What only a scenario holds; a tender holds `tender` and none of these."""
TARIFF_TABLES = ("tariffs", "tariff_terms", "tariff_seasons", "tariff_hours", "tariff_discounts", "tariff_parts", "holidays")
"""The tables that a folder of tariffs may hold."""


@dataclass(frozen=True, slots=True)
class LoadedScenario:
    """A scenario with the files it came from and the place of every value."""

    scenario: Scenario
    inputs: tuple[tuple[str, str], ...]
    """(path, SHA-256) of the file, of every file it extends and of the tables that they name, that of the command line first."""
    lines: Node

    def where(self, *loc: str | int) -> Where:
        """File, line and field of a value, or of the nearest thing that the file says about it; items go by index or name."""
        node, way = find(self.lines, loc)
        return replace(node.where, field=field_path(way))

    def path(self, *loc: str | int) -> Path:
        """A file that a value names, seen from the file it was written in (from here, where `--set` gave it)."""
        node, _ = find(self.lines, loc)
        return Path(node.file).parent / str(node.value) if node.file != SET else Path(str(node.value))

    def served(self, programme: Programme) -> LoadedScenario:
        """The same files with another programme: its people come from elsewhere."""
        return replace(self, scenario=self.scenario.model_copy(update={"programme": programme}))


def load_scenario(path: str | Path, sets: Sequence[str] = ()) -> LoadedScenario:
    """The scenario at *path*, merged over what it extends, with each `path=value` of *sets* put in.

    Raises ScenarioError; what is wrong with the content is reported all at once (ScenarioErrors).
    """
    root, inputs = load_tree(path, sets)
    if isinstance(root.value, dict) and "tender" in root.value and not SECTIONS & root.value.keys():
        raise ScenarioError("this is a tender, not a scenario", where=Where(str(path)), remedy=f"run dure plan award {path}")
    try:
        scenario = Scenario.model_validate(plain(root))
    except ValidationError as error:
        raise scenario_errors(error, root, scenario_schema()) from None
    loaded = LoadedScenario(scenario, inputs, root)
    return replace(loaded, inputs=inputs + tuple((str(one), sha256(read_bytes(one))) for one in _tables(loaded)))


def _tables(loaded: LoadedScenario) -> list[Path]:
    """The tables of tariffs and the profile that answers hang on; whoever reads one that is not there says so."""
    found: list[Path] = []
    cost, generate = loaded.scenario.plan.cost, loaded.scenario.demand.generate
    if cost is not None and cost.tariffs is not None:
        folder = loaded.path("plan", "cost", "tariffs")
        found += [folder / f"{name}.csv" for name in TARIFF_TABLES]
    if generate is not None:
        name, folder = generate.profile.partition("#")[0], loaded.path("demand", "generate", "profile").parent
        found += [folder / name]
    return [one for one in found if one.is_file()]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def load_tree(path: str | Path, sets: Sequence[str] = ()) -> tuple[Node, tuple[tuple[str, str], ...]]:
    """The sections of a file merged over what it extends, each `path=value` of *sets* put in; with (path, SHA-256) of every file."""
    if Path(path).suffix.lower() == ".csv":
        raise _a_table(Path(path))
    root, inputs = _extended(Path(path), ())
    root = _with_sets(root, sets)
    if not isinstance(root.value, dict):
        raise ScenarioError("a scenario is a mapping of sections", where=root.where, remedy="write `sites:` and the like at the left edge")
    return root, inputs


def _a_table(path: Path) -> ScenarioError:
    """Rows with commas: which command reads them is told by the header."""
    header = read_bytes(path)[:LINE_BYTES_MAX].decode("utf-8", "replace")
    names = next((line for line in header.splitlines() if line.strip() and not line.startswith("#")), "").split(",")
    if "asked" in names:
        return ScenarioError("a table of applications, not a scenario", where=Where(str(path)), remedy=f"run dure demand project {path}")
    if "used_hours" in names:
        remedy = f"run dure demand project APPLICATIONS --use {path}"
        return ScenarioError("a table of measured use, not a scenario", where=Where(str(path)), remedy=remedy)
    return ScenarioError("a table, not a scenario", where=Where(str(path)), remedy="name a .yaml file; a trace goes into --trace")


def load_yaml(path: str | Path) -> Node:
    """The one document of a YAML file, every value with its line; raises ScenarioError."""
    return _document(read_bytes(path), str(path))


def read_bytes(path: str | Path) -> bytes:
    """A file that a person wrote, of a size that a person writes; raises ScenarioError."""
    where = Where(str(path))
    try:
        with open(path, "rb") as file:
            data = file.read(BYTES_MAX + 1)
    except FileNotFoundError:
        raise ScenarioError("there is no such file", where=where, remedy=_near_files(Path(path))) from None
    except IsADirectoryError:
        raise ScenarioError("is a folder", where=where, remedy="name a file in it") from None
    except (OSError, ValueError) as error:
        raise ScenarioError(f"cannot be read: {error}", where=where, remedy="check the path and its permissions") from None
    if len(data) > BYTES_MAX:
        raise ScenarioError(f"larger than {BYTES_MAX // 2**20} MiB", where=where, remedy="is this a scenario? A trace goes into --trace")
    return data


def write_text(path: str | Path, text: str) -> None:
    """The file holds *text* or what it held before, whatever happens on the way."""
    write_bytes(path, text.encode())


def write_bytes(path: str | Path, data: bytes) -> None:
    """The file holds *data* or what it held before: written beside it, flushed to the disk, renamed."""
    target = Path(path)
    part = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    with part.open("xb") as file:
        try:
            file.write(data)
            file.flush()
            if target.exists():
                os.fchmod(file.fileno(), target.stat().st_mode & 0o777)
            os.fsync(file.fileno())
            os.replace(part, target)
        except BaseException:
            part.unlink()
            raise
    _flush_folder(target.parent)


def replace_folder(tmp: str | Path, final: str | Path) -> None:
    """The finished folder *tmp* takes the place of *final*; an older one there is removed only after that."""
    source, target = Path(tmp), Path(final)
    old = target.with_name(f".{target.name}.old-{os.getpid()}")
    if target.exists():
        os.replace(target, old)
    try:
        os.replace(source, target)
    except BaseException:
        if old.exists():
            os.replace(old, target)
        raise
    _flush_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _extended(path: Path, above: tuple[Path, ...]) -> tuple[Node, tuple[tuple[str, str], ...]]:
    data = read_bytes(path)
    root = _document(data, str(path))
    inputs: tuple[tuple[str, str], ...] = ((str(path), sha256(data)),)
    if not isinstance(root.value, dict) or "extends" not in root.value:
        return root, inputs
    entry = root.value["extends"]
    where = replace(entry.where, field="extends")
    if not isinstance(entry.value, str):
        raise ScenarioError("extends names no file", where=where, remedy="write the path of one scenario file, relative to this one")
    base_path = path.parent / entry.value
    chain = (*above, path)
    if len(chain) > EXTENDS_MAX:
        raise ScenarioError(f"extends more than {EXTENDS_MAX} files in a row", where=where, remedy="merge some of them")
    if base_path.resolve() in [one.resolve() for one in chain]:
        circle = " → ".join(str(one) for one in (*chain, base_path))
        raise ScenarioError(f"extends goes in a circle: {circle}", where=where, remedy="let one of them stand alone")
    if not base_path.is_file():
        raise ScenarioError(f"there is no file {base_path}", where=where, remedy=_copied(base_path))
    base, base_inputs = _extended(base_path, chain)
    if not isinstance(base.value, dict):
        what = f"{base_path} is no scenario: it has no sections"
        raise ScenarioError(what, where=where, remedy="extend a file with sections like sites:")
    own = replace(root, value={key: child for key, child in root.value.items() if key != "extends"})
    return merge(base, own), inputs + base_inputs


def _with_sets(root: Node, sets: Sequence[str]) -> Node:
    errors: list[InputError] = []
    for text in sets:
        try:
            root = _with_set(root, text)
        except ScenarioErrors as error:
            errors.extend(error.errors)
        except ScenarioError as error:
            errors.append(error)
    if errors:
        raise ScenarioErrors(tuple(errors))
    return root


def _with_set(root: Node, text: str) -> Node:
    name, equals, written = text.partition("=")
    steps = parse_field_path(name.strip())
    if not equals or steps is None:
        remedy = f"write {SET} path=value, such as sites[0].pools[h200].nodes=12"
        raise ScenarioError(f"`{text[:80]}` sets nothing", where=Where(SET), remedy=remedy)
    value = parse_yaml(written, SET)
    return put(root, steps, replace(value, line=0))


def _document(data: bytes, file: str) -> Node:
    root = parse_yaml(decoded(data, file), file)
    if root.value is None:
        raise ScenarioError("the file is empty", where=Where(file), remedy="write at least one section, such as `sites:`")
    return root


def decoded(data: bytes, file: str) -> str:
    """The text of a file that a person wrote; raises ScenarioError where it is not UTF-8, or a line is longer than a person writes."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ScenarioError("is not UTF-8", where=Where(file, line), remedy="save the file as UTF-8") from None
    longest = max(((len(line), number) for number, line in enumerate(data.split(b"\n"), 1)), default=(0, 0))
    if longest[0] > LINE_BYTES_MAX:
        what = f"a line of {longest[0]:,} bytes"
        raise ScenarioError(what, where=Where(file, longest[1]), remedy=f"a line may have {LINE_BYTES_MAX:,}; is this a scenario?")
    return text


def _near_files(path: Path) -> str:
    beside = sorted(one.name for one in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
    return "beside it: " + ", ".join(beside[:8]) if beside else "check the path"


def _copied(path: Path) -> str:
    """A file that was copied leaves behind what it extends."""
    beside = sorted(one.name for one in path.parent.glob("*.yaml")) if path.parent.is_dir() else []
    named = f"; beside it: {', '.join(beside[:8])}" if beside else ""
    return f"copy it here too, or write its path: `extends: FOLDER/{path.name}`{named}"


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
