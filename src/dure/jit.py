"""The only place that configures Numba.

`leaf` is inlined into its caller, `step` is an ordinary compiled call. Both are compiled without reference counting
(`_nrt=False`): with it Numba counts references for every array of the State at every call, which costs 4-18 times.
Consequence: compiled code allocates nothing; all room comes in as arguments.

Numba does not notice a change of a callee in another file. The cache folder is therefore keyed on a hash of every
compiled source, the Numba version and the CPU; it is chosen before Numba is imported. With `NUMBA_DISABLE_JIT=1` the
same source runs as plain Python, with the same result.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

ENABLED = os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0")
_COMPILED = ("jit.py", "policy", "twin/loop.py", "twin/world.py")
_KEPT_FOLDERS = 3


def _cache_root() -> Path:
    chosen = os.environ.get("DURE_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    base = Path(chosen) if chosen else Path.home() / ".cache"
    try:
        (base / "dure").mkdir(parents=True, exist_ok=True)
    except OSError:
        base = Path(tempfile.gettempdir())
    return base / "dure" / "numba"


def _cpu_name() -> str:
    import llvmlite.binding as llvm

    return str(llvm.get_host_cpu_name())


def cache_folder() -> Path:
    """The folder of compiled code for exactly this source, this Numba and this CPU."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for name in _COMPILED:
        place = here / name
        for file in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            if file.exists():
                digest.update(file.name.encode() + file.read_bytes())
    digest.update(f"{version('numba')} {platform.python_version()} {_cpu_name()}".encode())
    return _cache_root() / digest.hexdigest()[:16]


def _prune(keep: Path) -> None:
    """Old sources leave old folders: keep the newest few, so that switching branches stays cheap."""
    try:
        others = sorted((p for p in keep.parent.iterdir() if p != keep and p.is_dir()), key=lambda p: p.stat().st_mtime)
    except OSError:
        return
    for folder in others[: -_KEPT_FOLDERS or None]:
        shutil.rmtree(folder, ignore_errors=True)


if ENABLED:
    _folder = cache_folder()
    _folder.mkdir(parents=True, exist_ok=True)
    _prune(_folder)
    os.environ["NUMBA_CACHE_DIR"] = str(_folder)

    import numba
    from numba.cpython.unsafe.numbers import trailing_zeros as _trailing_zeros

    numba.config.CACHE_DIR = str(_folder)
    _COMMON: dict[str, Any] = {"_nrt": False, "nogil": True, "error_model": "numpy"}

    def leaf(function: F) -> F:
        """Compile a small function (or one with a single caller) into its caller."""
        compiled: F = numba.njit(forceinline=True, **_COMMON)(function)
        return compiled

    def step(function: F) -> F:
        """Compile a function that is called."""
        compiled: F = numba.njit(**_COMMON)(function)
        return compiled

    def entry(function: F) -> F:
        """Compile a function that Python calls; its machine code is kept on disk."""
        compiled: F = numba.njit(cache=True, **_COMMON)(function)
        return compiled

    @leaf
    def lowest_bit(word: Any) -> int:
        """Index of the lowest set bit of a non-zero 64-bit word."""
        return int(_trailing_zeros(word))

else:

    def leaf(function: F) -> F:
        return function

    def step(function: F) -> F:
        return function

    def entry(function: F) -> F:
        return function

    def lowest_bit(word: Any) -> int:
        """Index of the lowest set bit of a non-zero 64-bit word."""
        value = int(word)
        return (value & -value).bit_length() - 1


def is_cached() -> bool:
    """Whether compiled code for this source is on disk already (the first run compiles, later runs do not)."""
    return not ENABLED or any(_folder.rglob("*.nbc"))
