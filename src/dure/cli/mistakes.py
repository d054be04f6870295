"""What a mistyped command line means and the nearest thing that exists, in the user's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

from cyclopts import CoercionError, CycloptsError, MissingArgumentError, UnknownCommandError, UnknownOptionError
from cyclopts.exceptions import UnusedCliTokensError

from dure.cli.commands import COMMANDS, children
from dure.cli.context import words

OF_ALL = ("--lang", "--help", "--version")
"""Options that are taken off the line before a command sees them."""
ELSEWHERE = {
    **dict.fromkeys(("ls", "list", "jobs", "queue", "squeue", "qstat", "status", "top"), "ps"),
    **dict.fromkeys(("run", "sbatch", "qsub", "create", "start"), "submit"),
    **dict.fromkeys(("kill", "rm", "stop", "scancel", "qdel", "delete"), "cancel"),
    **dict.fromkeys(("sinfo", "nodes", "pools"), "sites"),
    **dict.fromkeys(("log", "tail", "cat"), "logs"),
    "sacct": "usage",
}
"""What people type who come from a shell or from another scheduler."""


def explain(error: CycloptsError, argv: Sequence[str]) -> str:
    """One line: what is wrong, the nearest that exists, where the help is."""
    say = words()
    chain = _chain(argv)
    command = " ".join(("dure", *chain))
    if isinstance(error, UnknownCommandError):
        word = error.unused_tokens[0] if error.unused_tokens else argv[-1]
        if word.startswith("-"):
            return "; ".join((say("error.unknown_option", word=word), *_nearest(word, OF_ALL), say("error.see_help", command=command)))
        parts = [say("error.unknown_command", word=word), *_meant(word, [one.path.split()[-1] for one in children(" ".join(chain))])]
    elif isinstance(error, UnknownOptionError):
        word = error.token.keyword or error.token.value
        known = (name for one in error.argument_collection for name in one.names)
        parts = [say("error.unknown_option", word=word), *_nearest(word, (*OF_ALL, *known))]
    elif isinstance(error, MissingArgumentError) and error.argument is not None:
        parts = [say("error.missing", command=command, name=error.argument.name)]
    elif isinstance(error, CoercionError) and error.argument is not None:
        value = error.token.value if error.token is not None else ""
        parts = [say("error.bad_value", value=value, name=error.argument.name), *_accepted(error.argument.hint)]
    elif isinstance(error, UnusedCliTokensError):
        parts = [say("error.unused", words=" ".join(error.unused_tokens or ()))]
    else:
        error.verbose = False
        parts = [str(error)]
    return "; ".join((*parts, say("error.see_help", command=command)))


def _accepted(hint: Any) -> list[str]:
    """What would have been taken, where the type says so."""
    choices = [word for one in (hint, *get_args(hint)) if get_origin(one) is Literal for word in get_args(one)]
    if choices:
        return [words()("error.one_of", choices=", ".join(choices))]
    return [words()("error.whole_number")] if hint is int or int in get_args(hint) else []


def _chain(argv: Sequence[str]) -> tuple[str, ...]:
    """The leading words that are commands."""
    known = {one.path for one in COMMANDS}
    chain: tuple[str, ...] = ()
    for word in argv:
        if " ".join((*chain, word)) not in known:
            break
        chain = (*chain, word)
    return chain


def _meant(word: str, known: Sequence[str]) -> list[str]:
    """What other schedulers and shells call it, else the nearest in letters."""
    elsewhere = ELSEWHERE.get(word)
    return [words()("error.did_you_mean", word=elsewhere)] if elsewhere in known else _nearest(word, known)


def _nearest(word: str, candidates: Iterable[str]) -> list[str]:
    near = get_close_matches(word, sorted(set(candidates)), n=1, cutoff=0.6)
    return [words()("error.did_you_mean", word=near[0])] if near else []
