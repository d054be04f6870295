from __future__ import annotations

import subprocess
import sys

import pytest

from dure import __version__
from dure.cli.commands import COMMANDS
from dure.cli.context import locale_language, take_language
from dure.cli.main import main
from dure.model.errors import InputError
from dure.present.numbers import Lang


def test_help_lists_every_command_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    for lang, word in (("en", "Commands"), ("ko", "명령")):
        assert main(["--help", "--lang", lang]) == 0
        page = capsys.readouterr().out
        assert word in page
        for one in COMMANDS:
            if " " not in one.path:
                assert f"\n  {one.path} " in page


def test_bare_dure_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    bare = capsys.readouterr().out
    assert main(["-h"]) == 0
    assert capsys.readouterr().out == bare


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"dure {__version__}\n"


def test_unknown_command_is_exit_2_with_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["frobnicate"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == 'error: there is no command "frobnicate"; see `dure --help`\n'


def test_language_is_taken_from_the_locale_and_overruled_by_the_option() -> None:
    assert locale_language({"LANG": "ko_KR.UTF-8"}) is Lang.KO
    assert locale_language({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}) is Lang.EN
    assert locale_language({"LANG": "C", "DURE_LANG": "ko"}) is Lang.KO
    assert locale_language({}) is Lang.EN
    assert take_language(["report", "--lang", "ko", "x"], {}) == (Lang.KO, ["report", "x"])
    assert take_language(["report", "--lang=en"], {"LANG": "ko"}) == (Lang.EN, ["report"])
    assert take_language(["a", "--", "--lang", "ko"], {}) == (Lang.EN, ["a", "--", "--lang", "ko"])
    for bad in (["--lang"], ["--lang", "fr"], ["--lang="]):
        with pytest.raises(InputError):
            take_language(bad, {})


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from dure.cli.main import main; main(['--help']);"
        "print([m for m in ('numpy', 'numba', 'duckdb', 'pydantic', 'rich', 'cyclopts', 'vl_convert', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_goes_away_is_no_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from dure.cli.main import main; sys.exit(main(['--help']))"],
        stdout=open_closed_pipe(),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (141, "")


def open_closed_pipe() -> int:
    import os

    reader, writer = os.pipe()
    os.close(reader)
    return writer
