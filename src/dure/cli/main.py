"""`dure`: the one door of the command line. Errors become text and an exit code here and nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dure import __version__
from dure.cli.commands import COMMANDS, Command, children
from dure.cli.context import error_rows, put_json, speak, take_language, words
from dure.model.errors import DureError
from dure.present.numbers import Lang

if TYPE_CHECKING:
    from cyclopts import App

INPUT, BUG, INTERRUPTED, BROKEN_PIPE = 2, 70, 130, 141
"""Exit codes beside those of the error tree: 130 and 141 are what a shell reports for SIGINT and SIGPIPE; 70 is sysexits' EX_SOFTWARE."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns the exit code; prints every expected error as one line on standard error."""
    _utf8()
    argv = sys.argv[1:] if argv is None else argv
    try:
        lang, rest = take_language(argv, os.environ)
        speak(lang)
        code = _run(rest)
        sys.stdout.flush()
    except DureError as error:
        if "--json" in argv:
            _put_error(error)
        return _fail(_told(error), error.exit_code)
    except KeyboardInterrupt:
        return _fail(words()("error.interrupted"), INTERRUPTED, plain=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return BROKEN_PIPE
    except OSError as error:
        return _fail(words()("error.os", path=error.filename or "", what=error.strerror or str(error)).removeprefix(": "), INPUT)
    except MemoryError:
        return _fail(words()("error.memory"), 3)
    except Exception as error:
        if os.environ.get("DURE_TRACEBACK"):
            raise
        return _fail(words()("error.bug", what=_first_line(error)), BUG)
    return code


def _run(argv: list[str]) -> int:
    if not argv or argv in (["--help"], ["-h"], ["help"]):
        from dure.cli.help import root_page

        print(root_page())
        return 0
    if argv == ["--version"]:
        print(f"dure {__version__}")
        return 0
    return _call(argv)


def _call(argv: list[str]) -> int:
    """Parses and runs; a command returns nothing (0), an exit code, or raises."""
    from cyclopts import CycloptsError

    argv = ["./-" if word == "-" else word for word in argv]  # the parser takes a bare - for an option; as a path both are standard input
    try:
        answer = app()(argv, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        from dure.cli.mistakes import explain

        return _fail(explain(error, argv), INPUT)
    return answer if isinstance(answer, int) else 0


def app() -> App:
    """The tree of commands; targets stay strings until one is called."""
    from cyclopts import App, Parameter

    from dure.cli.help import HelpPage

    shared: dict[str, Any] = {
        "help_formatter": HelpPage(),
        "help_format": "plaintext",
        "version_flags": [],
        "suppress_keyboard_interrupt": False,
        "default_parameter": Parameter(negative=""),
    }

    def make(name: str, **more: Any) -> App:
        return App(name=name, **shared, **more)

    root = make("dure")
    for one in children():
        _register(root, one, make)
    return root


def _register(parent: App, one: Command, make: Callable[..., App]) -> None:
    text = words()(one.key)
    name = one.path.split()[-1]
    below = children(one.path)
    if one.target and not below:
        parent.command(one.target, name=name, help=text, sort_key=COMMANDS.index(one))
        return
    group = make(name, help=text, sort_key=COMMANDS.index(one))
    if one.target:  # a group that does something by itself: only a string may stay unimported, and a default may be none
        module, _, function = one.target.partition(":")
        group.default(getattr(import_module(module), function))
    for child in below:
        _register(group, child, make)
    parent.command(group)


def _told(error: DureError) -> str:
    """What is wrong, where and the remedy, in the language of this call; nothing is loaded for English."""
    if words().lang is Lang.EN:
        return str(error)
    from dure.present.said import told

    return told(error, words())


def _put_error(error: DureError) -> None:
    """With `--json` a program reads standard output: what is wrong stands there as `dure check --json` says it."""
    rows = error_rows(error)
    put_json({"ok": False, "files": [{"file": rows[0]["file"], "ok": False, "errors": rows}]})


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"


def _fail(text: str, code: int, *, plain: bool = False) -> int:
    """One line on standard error; returns the code."""
    sys.stdout.flush()
    print(text if plain else words()("error.line", text=text), file=sys.stderr)
    return code


def _utf8() -> None:
    """Korean must not crash a terminal that cannot show it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
