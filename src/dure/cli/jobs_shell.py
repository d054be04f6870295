"""`dure ssh`: a shell beside a running job."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dure.cli.context import words
from dure.cli.remote import client

if TYPE_CHECKING:
    from dure.client import Client


def ssh(
    job: Annotated[str, Parameter(help="job, such as j12, or j12.3 for a task of an array")],
    *command: Annotated[str, Parameter(help="a program instead of a shell, with its arguments", allow_leading_hyphen=True)],
) -> int:
    """In its folder, with its variables and its devices; it ends with the job. The exit code is that of the shell."""
    from dure.model.errors import DureError

    columns, rows = shutil.get_terminal_size()
    with client() as one:
        shell = one.shell(job, rows=rows, columns=columns, term=os.environ.get("TERM", "dumb"), command=command)
        with _raw():
            threading.Thread(target=_type, args=(one, shell), daemon=True).start()
            if hasattr(signal, "SIGWINCH") and threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGWINCH, lambda number, frame: _resized(one, shell))
            for content in one.shell_shown(shell):
                sys.stdout.buffer.write(content)
                sys.stdout.buffer.flush()
        with suppress(DureError):
            code = one.shell_end(shell).code
            if code is not None:
                return code
    print(words()("ssh.gone", id=job), file=sys.stderr)
    return 1


def _type(one: Client, shell: str) -> None:
    """What comes in goes there, until there is no more or nobody takes it."""
    from dure.model.errors import DureError

    with suppress(DureError, OSError):
        while content := os.read(0, 4_096):
            one.shell_typed(shell, content)
        if not sys.stdin.isatty():
            one.shell_typed(shell, b"\x04")  # the end of what was piped in is the end of what is typed


def _resized(one: Client, shell: str) -> None:
    from dure.model.errors import DureError

    columns, rows = shutil.get_terminal_size()
    with suppress(DureError):
        one.shell_size(shell, rows=rows, columns=columns)


@contextmanager
def _raw() -> Iterator[None]:
    """Every key goes to the other side, Ctrl-C too; the terminal is put back whatever happens."""
    if not sys.stdin.isatty():
        yield
        return
    import termios
    import tty

    before = termios.tcgetattr(0)
    tty.setraw(0)
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
