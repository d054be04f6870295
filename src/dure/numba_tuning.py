"""How Numba compiles here: everything at once, and without asking twice.

A first start compiles some 260 small functions. Plain Numba takes minutes for that: it optimises each callee again at every level of the
call tree, and its front end, which is Python, asks the same questions tens of thousands of times. Each function below answers one of
them once; none changes what is compiled. Numba is pinned to one version by `pyproject.toml`: whoever raises it measures the first start
(`make bench`) and takes out what that version does by itself.
"""

from __future__ import annotations

from typing import Any


def _optimise_once(steps: set[str]) -> None:
    """Make machine code of entries only.

    Numba links a function's callees into its module and optimises the whole again at every level of the call tree,
    which took five times as long as optimising once. Here the modules of leaves and steps are kept as they are
    lowered, and an entry links all that it reaches before it is optimised. Pinned to one Numba by `pyproject`.
    """
    from ctypes import c_void_p, cast, pythonapi

    from numba._dynfunc import make_function
    from numba.core.codegen import CPUCodeLibrary
    from numba.core.cpu import CPUContext

    finalize, executable = CPUCodeLibrary.finalize, CPUContext.get_executable
    optimise_functions = CPUCodeLibrary._optimize_functions
    never = cast(pythonapi.PyErr_BadArgument, c_void_p).value

    def finalize_entries(library: Any) -> None:
        if library.name in steps:
            library._finalized = True
            return
        reached, stack = dict.fromkeys(library._linking_libraries), list(library._linking_libraries)
        while stack:
            for callee in stack.pop()._linking_libraries:
                if callee not in reached:
                    reached[callee] = None
                    stack.append(callee)
        library._linking_libraries = list(reached)
        finalize(library)

    def executable_entries(context: Any, library: Any, fndesc: Any, env: Any) -> Any:
        if fndesc.qualname in steps:
            library._ensure_finalized()
            module, name = fndesc.lookup_module(), fndesc.qualname
            return make_function(module, name, "compiled code only", never, env, (library,))  # a key; never called
        return executable(context, library, fndesc, env)

    def optimise_entries(library: Any, module: Any) -> None:
        if library.name not in steps:
            optimise_functions(library, module)
        else:
            module.data_layout = library._codegen._data_layout

    def optimise_in_one_go(library: Any) -> None:
        # No reference counts, so nothing to prune first; O1 with loop vectors made the same speed as O3 in half the time.
        full, builder = library._codegen._module_pass_manager(opt=1, slp_vectorize=False)
        full.run(library._final_module, builder)

    CPUCodeLibrary._optimize_functions = optimise_entries
    CPUCodeLibrary._optimize_final_module = optimise_in_one_go
    CPUCodeLibrary.finalize = finalize_entries
    CPUContext.get_executable = executable_entries


def _hash_flags_quickly() -> None:
    """Numba hashes and compares all of its forty flags at each of some 60,000 look-ups of a compile; those that are set will do."""
    from numba.core.targetconfig import TargetConfig

    def chosen(flags: Any) -> dict[str, Any]:
        options = flags.options
        return {k: v for k, v in flags._values.items() if v != options[k].default}

    def equal(flags: Any, other: Any) -> bool:
        if not isinstance(other, TargetConfig):
            return False
        return flags._values == other._values or chosen(flags) == chosen(other)

    TargetConfig.__hash__ = lambda flags: hash(frozenset(chosen(flags).items()))
    TargetConfig.__eq__ = equal


def _type_operators_once() -> None:
    """The type of `a + b` depends on those of `a` and `b` alone; Numba tries some ten templates, and words an error for each that fails."""
    from numba.core import types
    from numba.core.types import functions

    kinds: Any = types
    simple = (kinds.Integer, kinds.Boolean, kinds.Record, kinds.Array, kinds.UniTuple)
    base: Any = functions.BaseFunction
    search = base.get_call_type
    found: dict[Any, Any] = {}

    def get_call_type(function: Any, context: Any, args: Any, kws: Any) -> Any:
        key = (function, args)
        if not kws and key in found:
            return found[key]
        signature = search(function, context, args, kws)
        if not kws and all(isinstance(arg, simple) for arg in args):
            found[key] = signature
        return signature

    base.get_call_type = get_call_type


def _list_variables_quickly() -> None:
    """Which variables a statement uses is asked at nine passes over each function: one walk that makes one list."""
    from numba.core import ir

    where = {ir.Stmt.list_vars: "__dict__", ir.Expr.list_vars: "_kws"}
    parts: dict[type, Any] = {dict: dict.values, list: iter, tuple: iter}
    parts |= dict.fromkeys((str, int, float, bool, type(None), ir.Loc), _none)

    def collect(value: Any, out: list[Any]) -> None:
        kind = type(value)
        if kind is ir.Var:
            out.append(value)
        elif kind in parts:
            for part in parts[kind](value):
                collect(part, out)
        elif isinstance(value, ir.Inst):
            inside = where.get(kind.list_vars)
            if inside is None:
                out.extend(value.list_vars())
            else:
                collect(getattr(value, inside), out)

    def list_vars(_: Any, value: Any) -> list[Any]:
        out: list[Any] = []
        collect(value, out)
        return out

    ir.Inst._rec_list_vars = list_vars


def _none(_: Any) -> tuple[()]:
    return ()


def _know_sizes() -> None:
    """The size of a type: LLVM is asked by way of a module of text that it parses."""
    from numba.core.base import BaseContext

    ask, known = BaseContext.get_abi_sizeof, {}

    def size(context: Any, kind: Any) -> int:
        text = str(kind)
        if text not in known:
            known[text] = ask(context, kind)
        return int(known[text])

    BaseContext.get_abi_sizeof = size


def _lock_quietly() -> None:
    """Numba tells listeners of each of some 80,000 times that it takes its lock; there are none."""
    from numba.core.compiler_lock import _CompilerLock

    _CompilerLock.acquire = lambda lock: lock._lock.acquire()
    _CompilerLock.release = lambda lock: lock._lock.release()


def _load_only_machine_code() -> None:
    """A later start loads entries from disk: their machine code will do.

    Numba would first fill its tables of types and of some 250 kernel functions, which only a compile asks for (it then fills them itself),
    and would keep and parse the whole kernel as LLVM's bitcode besides, for callers that inline it. Nothing compiled calls an entry.
    """
    from numba.core.caching import Cache
    from numba.core.codegen import CPUCodeLibrary

    def load(cache: Any, signature: Any, context: Any) -> Any:
        with cache._guard_against_spurious_io_errors():
            return cache._load_overload(signature, context)

    def saved(library: Any) -> Any:
        library._ensure_finalized()
        module = library._get_module_for_linking()
        names = [thing.name for things in (module.functions, module.global_variables) for thing in things if not thing.is_declaration]
        return library.name, "object", (library._get_compiled_object(), names)

    def loaded(_: Any, codegen: Any, state: Any) -> Any:
        name, _, (code, names) = state
        library = codegen.create_library(name)
        library.enable_object_caching()
        library._set_compiled_object(code)
        library._finalize_final_module()
        codegen._engine._defined_symbols.update(names)
        return library

    Cache.load_overload = load
    CPUCodeLibrary.serialize_using_object_code = saved
    CPUCodeLibrary._unserialize = classmethod(loaded)


def tune(steps: set[str]) -> None:
    """Apply all of it. `steps`: the qualified names of functions that only compiled code calls (it grows as they are declared)."""
    _optimise_once(steps)
    _hash_flags_quickly()
    _type_operators_once()
    _list_variables_quickly()
    _know_sizes()
    _lock_quietly()
    _load_only_machine_code()
