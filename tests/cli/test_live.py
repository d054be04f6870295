from __future__ import annotations

import os
import pty
import subprocess
import sys

SCRIPT = """
import sys, time
from dure.cli import live
from dure.present.numbers import Lang
from dure.present.words import Words
live.QUIET_S = 0.0
live.BETWEEN_S = 0.0
with live.watching(Words(Lang.EN), "A month", "2026-01-01") as observe:
    for step in range(3):
        observe({"now_s": step * 3600, "horizon_s": 7200, "jobs_done": step, "jobs_total": 2, "operating_rate": 0.5, "occupancy": 0.6,
                 "sites": [{"name": "ga", "states": {"busy": 6400}}]})
    if sys.argv[1:]:
        raise KeyboardInterrupt
print("result")
"""


def on_a_terminal(*args: str) -> tuple[int, str, str]:
    """Exit code, standard output and what standard error showed, with standard error a terminal."""
    parent, child = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "24"}
    done = subprocess.run([sys.executable, "-c", SCRIPT, *args], stdout=subprocess.PIPE, stderr=child, env=env, text=True, check=False)
    os.close(child)
    shown = b""
    try:
        while chunk := os.read(parent, 65_536):
            shown += chunk
    except OSError:
        pass
    os.close(parent)
    return done.returncode, done.stdout, shown.decode(errors="replace")


def test_a_person_sees_the_view_and_gets_the_cursor_back() -> None:
    code, out, shown = on_a_terminal()
    assert (code, out) == (0, "result\n")
    assert "operating rate 50.0 %" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


def test_ctrl_c_gives_the_terminal_back() -> None:
    code, _, shown = on_a_terminal("interrupt")
    assert code != 0
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


def test_nothing_is_drawn_where_nobody_watches() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("result\n", "")
