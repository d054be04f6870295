"""The only place that configures Numba (with `numba_tuning`, which makes it compile faster).

`leaf` is inlined into its caller, `step` is an ordinary compiled call. Both are compiled without reference counting
(`_nrt=False`): with it Numba counts references for every array of the State at every call, which costs 4-18 times.
Consequence: compiled code allocates nothing; all room comes in as arguments.

A State of fifty arrays would be passed as some 350 words at every call that is not inlined. A `Group` travels as one
pointer to a table of its arrays' addresses; the loads from that table are marked invariant, so the compiler keeps them
in registers. Calls stay cheap, functions stay small, and a cold compile takes seconds instead of minutes.

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
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])
G = TypeVar("G", bound="Group")

ENABLED = os.environ.get("NUMBA_DISABLE_JIT", "0") in ("", "0")
_COMPILED = ("jit.py", "numba_tuning.py", "policy", "twin/loop.py", "twin/world.py", "ledger/observed_kernel.py")
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


def _numba_version() -> bytes:
    """What Numba says of its version, without importing it (its metadata would take 60 ms to read)."""
    found = find_spec("numba")
    assert found, "Numba is not installed: make setup"
    return Path(str(found.origin)).with_name("_version.py").read_bytes()


def cache_folder() -> Path:
    """The folder of compiled code for exactly this source, this Numba and this CPU."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for name in _COMPILED:
        place = here / name
        for file in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            if file.exists():
                digest.update(file.name.encode() + file.read_bytes())
    digest.update(_numba_version() + f" {platform.python_version()} {_cpu_name()}".encode())
    return _cache_root() / digest.hexdigest()[:16]


def _prune(keep: Path) -> None:
    """Old sources leave old folders: keep the newest few, so that switching branches stays cheap."""
    try:
        others = sorted((p for p in keep.parent.iterdir() if p != keep and p.is_dir()), key=lambda p: p.stat().st_mtime)
    except OSError:
        return
    for folder in others[: -_KEPT_FOLDERS or None]:
        shutil.rmtree(folder, ignore_errors=True)


class _Checked(np.ndarray[Any, Any]):
    """An array of plain Python that refuses a negative index, where compiled code would read beside the array."""

    def __getitem__(self, index: Any) -> Any:
        for i in index if isinstance(index, tuple) else (index,):
            if isinstance(i, int | np.integer) and i < 0:
                raise IndexError(f"index {i}: a row that is none was asked for")
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        for i in index if isinstance(index, tuple) else (index,):
            if isinstance(i, int | np.integer) and i < 0:
                raise IndexError(f"index {i}: a row that is none was written to")
        super().__setitem__(index, value)


class Group:
    """Arrays with names, C-contiguous and of at most two dimensions, that compiled code receives as one pointer.

    A subclass annotates its arrays. The arrays themselves never move; `replaced` makes a new Group.
    """

    __slots__ = ("__dict__",)

    def __init__(self, **arrays: Any) -> None:
        names = self.names()
        if set(arrays) != set(names):
            raise TypeError(f"{type(self).__name__} takes exactly {', '.join(names)}")
        table = np.zeros((len(names), 3), np.int64)
        for row, name in zip(table, names, strict=True):
            array = np.ascontiguousarray(arrays[name])
            setattr(self, name, array if ENABLED else array.view(_Checked))
            row[:] = array.ctypes.data, array.shape[0], array.shape[1] if array.ndim > 1 else 1
        self.table = table
        self.address = int(table.ctypes.data)
        if ENABLED:
            self._numba_type_ = group_type(self)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of the arrays, in order."""
        return tuple(cls.__annotations__)

    def arrays(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.names()}

    def replaced(self: G, **arrays: Any) -> G:
        """The same Group with some arrays exchanged."""
        return type(self)(**{**self.arrays(), **arrays})

    def copied(self: G) -> G:
        """A Group that shares nothing with this one."""
        return type(self)(**{name: array.copy() for name, array in self.arrays().items()})


if ENABLED:
    _folder = cache_folder()
    _folder.mkdir(parents=True, exist_ok=True)
    _prune(_folder)
    os.environ["NUMBA_CACHE_DIR"] = str(_folder)

    import numba
    from numba import types
    from numba.core import cgutils
    from numba.core.datamodel import models
    from numba.core.imputils import lower_getattr_generic
    from numba.core.typing.templates import AttributeTemplate
    from numba.cpython.unsafe.numbers import trailing_zeros as _trailing_zeros
    from numba.extending import NativeValue, infer_getattr, register_model, unbox
    from numba.np.arrayobj import make_array, populate_array

    from dure.numba_tuning import tune

    numba.config.CACHE_DIR = str(_folder)

    class GroupType(types.Type):  # type: ignore[misc]
        """The compiled type of a Group: the name and the Numba type of each array."""

        def __init__(self, fields: tuple[tuple[str, types.Type], ...]) -> None:
            self.fields = fields
            self.place = {name: i for i, (name, _) in enumerate(fields)}
            text = repr([(name, str(kind)) for name, kind in fields])
            super().__init__(name="Group" + hashlib.sha256(text.encode()).hexdigest()[:8])  # short: it is part of every symbol

    _group_types: dict[Any, GroupType] = {}

    def group_type(group: Group) -> GroupType:
        """One type object for all Groups with the same fields."""
        key = tuple((name, array.dtype, array.ndim) for name, array in group.arrays().items())
        if key not in _group_types:
            fields = tuple((name, types.Array(numba.from_dtype(dtype), ndim, "C")) for name, dtype, ndim in key)
            _group_types[key] = GroupType(fields)
        return _group_types[key]

    @register_model(GroupType)
    class _GroupModel(models.OpaqueModel):  # type: ignore[misc]
        pass

    @unbox(GroupType)  # type: ignore[untyped-decorator]
    def _unbox_group(kind: Any, group: Any, c: Any) -> Any:
        address = c.pyapi.object_getattr_string(group, "address")
        pointer = c.builder.inttoptr(c.pyapi.long_as_longlong(address), cgutils.voidptr_t)
        c.pyapi.decref(address)
        return NativeValue(pointer)

    @infer_getattr
    class _GroupAttribute(AttributeTemplate):  # type: ignore[misc]
        key = GroupType

        def generic_resolve(self, kind: GroupType, name: str) -> types.Type | None:
            return kind.fields[kind.place[name]][1] if name in kind.place else None

    @lower_getattr_generic(GroupType)  # type: ignore[untyped-decorator]
    def _load_array(context: Any, builder: Any, kind: Any, value: Any, name: str) -> Any:
        array_type = kind.fields[kind.place[name]][1]
        words = builder.bitcast(value, cgutils.intp_t.as_pointer())
        invariant = builder.module.add_metadata([])

        def word(i: int) -> Any:
            loaded = builder.load(cgutils.gep_inbounds(builder, words, 3 * kind.place[name] + i))
            loaded.set_metadata("invariant.load", invariant)
            return loaded

        array = make_array(array_type)(context, builder)
        item = context.get_abi_sizeof(context.get_data_type(array_type.dtype))
        item_bytes = context.get_constant(types.intp, item)
        shape = [word(1 + d) for d in range(array_type.ndim)]
        strides = [item_bytes] if array_type.ndim == 1 else [builder.mul(shape[1], item_bytes), item_bytes]
        data = builder.inttoptr(word(0), array.data.type)
        populate_array(array, data=data, shape=shape, strides=strides, itemsize=item_bytes, meminfo=None)
        return array._getvalue()

    _COMMON: dict[str, Any] = {"_nrt": False, "nogil": True, "error_model": "numpy"}
    _STEP: dict[str, Any] = {**_COMMON, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    _steps: set[str] = set()

    def _named(function: Any) -> Any:
        function.__qualname__ = f"{function.__module__}:{function.__name__}"
        _steps.add(function.__qualname__)
        return function

    def _index_as_said() -> None:
        """An index of compiled code is never negative (a row that is none is tested for before): no wrap-around to test at each access."""
        from numba.np import arrayobj

        def index(context: Any, builder: Any, kind: Any, value: Any, size: Any) -> Any:
            return context.cast(builder, value, kind, types.intp)

        arrayobj.fix_integer_index = index

    tune(_steps)
    _index_as_said()

    def _wide(kind: Any) -> Any:
        """Literals and narrow integers are 64-bit integers to a function: one compiled version of each is enough."""
        kind = types.unliteral(kind)
        return types.int64 if isinstance(kind, types.Integer) and kind.bitwidth < 64 else kind

    def _one_version(compiled: Any) -> Any:
        template = compiled.get_call_template

        def widened(args: Any, kws: Any) -> Any:
            return template(tuple(map(_wide, args)), {name: _wide(kind) for name, kind in kws.items()})

        compiled.get_call_template = widened
        return compiled

    def leaf(function: F) -> F:
        """Compile a small function (or one with a single caller) into its caller."""
        compiled: F = _one_version(numba.njit(forceinline=True, **_STEP)(_named(function)))
        return compiled

    def step(function: F) -> F:
        """Compile a function that is called."""
        compiled: F = _one_version(numba.njit(**_STEP)(_named(function)))
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


def is_cached(entry: str = "") -> bool:
    """Whether compiled code for this source is on disk already (the first run compiles, later runs do not): any, or of `file.function`."""
    return not ENABLED or any(_folder.rglob(f"{entry}*.nbc"))
