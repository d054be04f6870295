"""The import contracts can fail: a small house with one violation of each kind, linted with the contracts of this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("model", "policy", "plant", "ledger", "wire", "plan", "twin", "operate", "programme", "present", "study", "adapters", "cli")
CLEAN = {
    "jit.py": "import os\nimport numba\n",
    "solver.py": "import highspy\n",
    "policy/decide.py": "from dure.jit import numba\nfrom dure.model import units\n",
    "model/units.py": "",
    "twin/run.py": "from dure.policy import decide\n",
    "adapters/files.py": "import pathlib\nfrom dure.twin import run\n",
    "cli/main.py": "import time\nfrom dure.adapters import files\n",
}
VIOLATIONS = {
    "upward": ("model/units.py", "from dure.policy import decide\n", "dure.model.units -> dure.policy.decide"),
    "siblings on floor 2": ("operate/broker.py", "from dure.twin import run\n", "dure.operate.broker -> dure.twin.run"),
    "siblings on floor 1": ("ledger/usage.py", "from dure.wire import tables\n", "dure.ledger.usage -> dure.wire.tables"),
    "study that reads files": ("study/settle.py", "from dure.adapters import files\n", "dure.study.settle -> dure.adapters.files"),
    "clock": ("twin/draws.py", "import time\n", "dure.twin.draws -> time"),
    "dice, two hops away": ("plant/failures.py", "from dure.model import dice\n", "dure.model.dice -> random"),
    "numba outside jit": ("twin/loop.py", "import numba\n", "dure.twin.loop -> numba"),
    "solver outside solver": ("cli/buy.py", "import highspy\n", "dure.cli.buy -> highspy"),
    "room without a floor": ("attic/__init__.py", "", "dure.attic"),
    "cycle inside a room": ("policy/queue.py", "from dure.policy import place\n", "dure.policy"),
}


def _lint(folder: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    house = folder / "dure"
    for room in ROOMS:
        (house / room).mkdir(parents=True, exist_ok=True)
        (house / room / "__init__.py").touch()
    (house / "__init__.py").touch()
    for name, text in files.items():
        (house / name).parent.mkdir(exist_ok=True)
        (house / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / ".importlinter", folder)
    code = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache', '--no-logo'])"
    env = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "300", "NO_COLOR": "1"}
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_a_clean_house_passes(tmp_path: Path) -> None:
    done = _lint(tmp_path, CLEAN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_each_kind_of_violation_is_caught(tmp_path: Path) -> None:
    files = dict(CLEAN) | {"model/dice.py": "import random\n", "wire/tables.py": "", "policy/place.py": "from dure.policy import queue\n"}
    files |= {name: text for name, text, _ in VIOLATIONS.values()}
    done = _lint(tmp_path, files)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "0 kept, 5 broken" in done.stdout
    for kind, (_, _, said) in VIOLATIONS.items():
        assert said in done.stdout, f"{kind}\n{done.stdout}"
