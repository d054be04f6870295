"""What is shipped to run a service by: units that systemd takes, commands that there are, a container file that names no registry."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dure.cli.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SERVICES = [one for one in UNITS if one.suffix == ".service"]


def read(unit: Path) -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[method-assign, assignment]
    found.read(unit, encoding="utf-8")
    return found


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_unit_runs_a_command_that_there_is_and_shuts_the_rest(unit: Path) -> None:
    service = read(unit)["Service"]
    words = shlex.split(service["ExecStart"])
    assert Path(words[0]).name == "dure"
    path = next(one.path for one in COMMANDS if words[1 : 1 + len(one.path.split())] == one.path.split() and one.target)
    said = subprocess.run(
        [sys.executable, "-c", "import sys; from dure.cli.main import main; sys.exit(main())", *path.split(), "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    assert all(word in said for word in words if word.startswith("--")), "every option is one of this command"
    assert service["User"] == "dure"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert "--store" not in words, "an address may hold a password"


def test_jobs_survive_a_broker_that_is_ended() -> None:
    assert read(ROOT / "deploy/systemd/dure-broker.service")["Service"]["KillMode"] == "process"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        (tmp_path / unit.name).write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE), encoding="utf-8")
    places = [str(tmp_path / unit.name) for unit in UNITS]
    found = subprocess.run(["systemd-analyze", "verify", "--man=no", *places], capture_output=True, text=True, check=False)
    ours = [line for line in (found.stdout + found.stderr).splitlines() if "dure" in line]
    assert not ours, ours


def test_the_container_file_names_no_registry_and_takes_only_what_has_its_hash() -> None:
    text = (ROOT / "deploy/Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert "ARG BASE" in lines, "no default"
    assert {line.split()[1] for line in lines if line.startswith("FROM")} == {"${BASE}"}
    assert any("pip install" in line and "--require-hashes" in line and "requirements.lock" in line for line in lines)
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            assert all((ROOT / source).exists() for source in line.split()[1:-1]), line
    command = next(line for line in lines if line.startswith("CMD"))
    assert "serve" in command
    assert "USER 8270" in lines, "not root"


def test_every_setting_of_the_example_is_read_somewhere() -> None:
    text = (ROOT / "deploy/dure.env.example").read_text(encoding="utf-8")
    names = set(re.findall(r"^#?(DURE_\w+)=", text, flags=re.MULTILINE))
    source = "\n".join(one.read_text(encoding="utf-8") for one in (ROOT / "src/dure").rglob("*.py"))
    assert len(names) > 4
    assert {name for name in names if name not in source} == set()


def test_every_metric_is_documented_with_its_unit() -> None:
    page = (ROOT / "docs/DEPLOY.md").read_text(encoding="utf-8")
    source = "\n".join(one.read_text(encoding="utf-8") for one in (ROOT / "src/dure/web").glob("*.py"))
    names = set(re.findall(r'"(dure_[a-z_]+)"', source))
    assert len(names) >= 5
    assert {name for name in names if f"`{name}" not in page and not name.startswith(("dure_usage_", "dure_access_"))} == set()
