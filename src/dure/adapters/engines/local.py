"""Real processes on this machine behind the engine's port: the embedded default.

An attempt is a folder. It exists whole or not at all, under a lock of the site that two brokers cannot both hold; then a wrapper
(`runtime/wrapper.py`) runs it, ends it in time and writes down what became of it, whether or not anybody asks. This object only
writes folders and reads records: it can die at any line, and another one made on the same place goes on.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

from dure.adapters.engines.local_devices import Grant, LocalNode, share
from dure.adapters.engines.local_facts import REFUSED, facts_of, held_of, used_of, used_until_now
from dure.adapters.engines.local_folder import Folder, append, is_key, keep, settle, write
from dure.adapters.engines.local_journal import Journal, Line
from dure.adapters.engines.local_means import STAGE, Means, copies_of, tidy
from dure.adapters.engines.local_order import order_of, own_account, unsound
from dure.adapters.engines.local_process import boot, has_ended, kill_survivors, spawn, wake
from dure.model.datasets import Copy
from dure.model.events import Kind, Outcome
from dure.model.fleet import Mode
from dure.operate.ports import (
    Answer,
    Capabilities,
    Fact,
    Held,
    Placement,
    Presence,
    Program,
    Receipt,
    Refusal,
    Standing,
    StopWhy,
    Upkeep,
    Used,
)

TRIES = 3
"""Wrappers that are let go for one attempt before it is refused."""
BARS_S: Mapping[Refusal, int] = {Refusal.NO_DEVICES: 5, Refusal.BAD_KEY: 3_600, Refusal.BAD_PROGRAM: 3_600}
BAR_S = 60
"""How long a refusal keeps a job away, unless `BARS_S` says otherwise."""


class LocalSite:
    """An engine over `home`, a folder of this machine's own disk (its locks are the kernel's). Times are Unix seconds."""

    def __init__(self, home: Path, nodes: Mapping[int, LocalNode], *, python: str = sys.executable, means: Means | None = None) -> None:
        """`nodes`: the State's numbers of the nodes that stand for this machine, and their devices. `python` runs the wrapper.

        `means`: what the site has for programs beside the machine.
        """
        self._means = means or Means()
        self._home, self._nodes, self._python = Path(home).absolute(), dict(nodes), python
        self._open, self._done = self._home / "open", self._home / "done"
        self._journal = Journal(self._home / "journal")
        self._told: Counter[str] = Counter()
        self._last_end = 0
        self._tended_at = -1
        self._children: dict[str, int] = {}
        self._tries: Counter[str] = Counter()
        self._haunted: dict[str, int] = {}
        self._orders: dict[str, Mapping[str, Any]] = {}

    def capabilities(self) -> Capabilities:
        return Capabilities("local", programs=True, fractions=True, logs=True, processor_usage=True)

    def send(self, key: str, placement: Placement, now: int, program: Program | None = None) -> Receipt:
        """Takes the attempt: when this returns ACCEPTED its folder is on the disk, and what dies after that does not matter."""
        wrong = unsound(program) or self._means.lacks(program)
        if not is_key(key):
            return _refusal(Refusal.BAD_KEY, now)
        try:
            with self._locked():
                known = self._known(key)
                if known is not None:
                    return known
                if program is None or wrong:
                    return _refusal(Refusal.BAD_PROGRAM, now, wrong)
                receipt = self._take(key, placement, program, now)
                if receipt.answer == Answer.REFUSED:
                    self._remember(key, receipt, now)
        except OSError as error:
            return _refusal(Refusal.NO_SPACE, now, str(error))
        if receipt.answer == Answer.ACCEPTED:
            with suppress(OSError):  # `observe` tries again, and refuses it if it cannot
                self._let_go(Folder(self._open / key))
        return receipt

    def stop(self, key: str, by: int, now: int, cause: Outcome = Outcome.PREEMPTED, why: StopWhy = StopWhy.PREEMPTED) -> None:
        if not is_key(key):
            return
        with self._locked():
            folder = Folder(self._open / key)
            told = folder.record("stop")
            if not folder.path.is_dir() or folder.has("end.json") or (told is not None and told["by"] <= by):
                return
            first = {"cause": Outcome[told["cause"]].name, "why": told.get("why", "")} if told else {"cause": cause.name, "why": str(why)}
            keep(folder.path / "stop.json", {"by": by, "at": now, **first})
        wake(folder)

    def recall(self, key: str, now: int) -> None:
        """Whoever takes the fence has the attempt: its wrapper, and then it runs, or this, and then no wrapper ever lets it."""
        if not is_key(key):
            return
        with self._locked():
            folder = Folder(self._open / key)
            if folder.path.is_dir() and not folder.has("end.json") and folder.take_fence():
                keep(folder.path / "end.json", {"outcome": Outcome.RECALLED.name, "started": None, "at": now, "by": "engine"})

    def observe(self, since: int, now: int) -> tuple[Sequence[Fact], int]:
        """Raises OSError where what happened cannot be kept, so that it is told later, once. No fact lies after `now`."""
        with self._locked():
            self._catch_up()
            self._look(now)
            return self._journal.facts(since, now)

    def lookup(self, key: str, now: int) -> Presence:
        """A key that is not there is fenced off by asking: it is proved absent, and stays so."""
        if not is_key(key):
            return Presence.ABSENT
        try:
            with self._locked():
                known = self._known(key)
                if known is None:
                    self._fence_off(key)
        except OSError:
            return Presence.UNKNOWN
        return Presence.FOUND if known is not None and self._had(key) else Presence.ABSENT

    def held(self, since: int, now: int) -> Sequence[Held]:
        with self._locked():
            self._catch_up()
            told = {line["key"] for line in self._journal.lines(since) if "key" in line}
            folders = [*self._folders(), *(Folder(self._done / key) for key in told if (self._done / key).is_dir())]
        return [one for one in (held_of(folder) for folder in folders) if one is not None]

    def logs(self, key: str, since: int, most: int = 1 << 20) -> bytes:
        for place in (self._open, self._done, self._open) if is_key(key) else ():  # it may move while it is looked for
            with suppress(FileNotFoundError):
                there = os.open(place / key / "log", os.O_RDONLY | os.O_NOFOLLOW)
                with open(there, "rb") as log:
                    return os.pread(log.fileno(), most, since)
        return b""

    def usage(self, since: int, until: int) -> Sequence[Used]:
        with self._locked():
            self._catch_up()
            told = [used_of(line) for line in self._journal.lines()]
            ends = {used.key for used in told if used is not None}
            running = [used_until_now(folder) for folder in self._folders() if folder.key not in ends]
        every = (used for used in chain(told, running) if used is not None)
        return [used for used in every if used.started_at < until and (used.ended_at is None or used.ended_at > since)]

    def node(self, node: int, upkeep: Upkeep, now: int) -> None:
        assert node in self._nodes, f"node {node} is not of this site"
        mode = upkeep.mode
        with self._locked():
            self._catch_up()
            if self._mode(node) != mode:
                keep(self._home / "nodes.json", self._modes() | {str(node): [int(mode), now]})
                self._journal.append([_mode_line(node, mode, now)])

    def forget(self, until: int) -> int:
        """Delete logs and working folders of attempts that ended before second `until`; how many. Fences, records and facts stay."""
        forgotten = 0
        for name in os.listdir(self._done):
            folder = Folder(self._done / name)
            end = folder.record("end")
            if end is not None and end["at"] < until and folder.has("log"):
                shutil.rmtree(folder.path / "work", ignore_errors=True)
                (folder.path / "log").unlink(missing_ok=True)
                forgotten += 1
        tidy(self._home, until, [self._open / name for name in os.listdir(self._open)])
        return forgotten

    def copies(self) -> Sequence[Copy]:
        """Data sets of which a copy is here, whole."""
        return copies_of(self._home)

    def account(self, user: str, standing: Standing) -> bool:
        """There is one account, that of the broker: jobs of a local site are not kept apart from each other."""
        return standing == Standing.ENSURE and user == own_account()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time on this place, of any process. Held for milliseconds; given back by the kernel when its holder dies."""
        for folder in (self._open, self._done):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = os.open(self._home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(there, fcntl.LOCK_EX)
            yield
        finally:
            os.close(there)

    def _known(self, key: str) -> Receipt | None:
        """The answer to a key that was here before; None if it was not."""
        done = Folder(self._done / key)
        if (self._open / key).is_dir():
            done = Folder(self._open / key)
        elif not done.path.is_dir():
            return None
        end = done.record("end")
        if end is not None and end["outcome"] == REFUSED:
            return Receipt(Answer.REFUSED, end["until"], Refusal(end["reason"]), end["detail"])
        if not done.has("attempt.json"):
            return Receipt(Answer.REFUSED, 0, Refusal.GIVEN_UP)
        return Receipt(Answer.ACCEPTED)

    def _had(self, key: str) -> bool:
        """Whether there is an order of this key: it was not only asked for, or refused as soon as it came."""
        return any((place / key / "attempt.json").exists() for place in (self._open, self._done))

    def _remember(self, key: str, refused: Receipt, now: int) -> None:
        """Whoever was told of a refusal goes on without this key: a later copy of the send, of another leader, starts nothing."""
        record = {"outcome": REFUSED, "at": now, "until": refused.barred_until, "reason": refused.reason, "detail": refused.detail}
        self._fence_off(key, record | {"by": "engine"})

    def _fence_off(self, key: str, end: Mapping[str, Any] | None = None) -> None:
        making = self._making(key)
        write(making / "fence", b"")
        if end is not None:
            write(making / "end.json", json.dumps(end).encode())
            settle(making)
        os.rename(making, self._done / key)
        settle(self._done)

    def _making(self, key: str) -> Path:
        """A new folder that nobody looks at, for what is to appear whole."""
        making = self._home / "making"
        shutil.rmtree(making, ignore_errors=True)
        (making / key).mkdir(mode=0o700, parents=True)
        return making / key

    def _take(self, key: str, placement: Placement, program: Program, now: int) -> Receipt:
        numbers = [(node, each) for first, count, each in placement.runs for node in range(first, first + count)]
        if any(self._mode(node) != Mode.UP for node, _ in numbers):
            return _refusal(Refusal.DRAINED, now)
        taken = [*self._taken()]
        grants: list[list[Grant]] = []
        for node, each in numbers:
            found = share(node, len(self._nodes[node].devices), each, taken) if node in self._nodes else None
            if not found:
                return _refusal(Refusal.NO_DEVICES, now, f"node {node}")
            taken += found
            grants.append(found)
        making = self._making(key)
        try:
            (making / "work").mkdir(mode=0o700)
            for name, content in program.files:
                (making / "work" / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write(making / "work" / name, content)
            stage = self._means.order(program, self._home, self._open / key)
            if stage is not None:
                write(making / "stage.json", json.dumps(stage).encode())
            before = () if stage is None else (self._python, "-I", str(STAGE), str(self._open / key))
            order = order_of(key, placement, program, grants, self._nodes, self._open / key, before)
            order["limits"]["file_bytes"], order["log_bytes"] = self._means.file_bytes, self._means.log_bytes
            write(making / "attempt.json", json.dumps(order | {"not_before": self._last_end}).encode())
            settle(making)
            os.rename(making, self._open / key)
            settle(self._open)
        except OSError:
            # Under the lock nobody has seen it. Where even its name cannot be taken back, nothing is known: NONE, and it may be looked up.
            if (self._open / key).exists():
                try:
                    os.rename(self._open / key, making)
                except OSError:
                    return Receipt(Answer.NONE)
            shutil.rmtree(making, ignore_errors=True)
            raise
        return Receipt(Answer.ACCEPTED)

    def _folders(self) -> list[Folder]:
        return [Folder(self._open / name) for name in sorted(os.listdir(self._open))]

    def _taken(self) -> Iterator[Grant]:
        """Devices of attempts that have not ended. The end record is the last thing that a wrapper writes."""
        for folder in self._folders():
            end = folder.record("end")
            if end is None:
                order = self._orders.setdefault(folder.key, folder.record("attempt") or {"devices": []})
                yield from ((node, device, milli) for node, device, milli in order["devices"])
            else:
                self._last_end = max(self._last_end, end["at"])

    def _modes(self) -> dict[str, list[int]]:
        with suppress(FileNotFoundError):
            found: dict[str, list[int]] = json.loads((self._home / "nodes.json").read_bytes())
            return found
        return {}

    def _mode(self, node: int) -> int:
        return self._modes().get(str(node), [int(Mode.UP)])[0]

    def _let_go(self, folder: Folder) -> None:
        self._tries[folder.key] += 1
        self._children[folder.key] = spawn(self._python, folder)

    def _catch_up(self) -> None:
        """Know what was told, by us or by another; where the journal was lost, make it again."""
        if len(self._journal) and not (self._home / "journal").exists():
            self._told.clear()
        self._hear(self._journal.catch_up())
        if not len(self._journal):
            self._recall()

    def _hear(self, lines: Sequence[Line]) -> None:
        for line in lines:
            if "key" in line:
                self._told[line["key"]] += 1
            if line.get("kind") == Kind.ENDED:
                self._last_end = max(self._last_end, line["at"])

    def _recall(self) -> None:
        """A journal of what the folders say was told, each fact at its old position; then how the nodes stand."""
        places: dict[int, Line] = {}
        for place in (self._open, self._done):
            for name in os.listdir(place):
                folder = Folder(place / name)
                told = (folder.path / "told").read_text(encoding="ascii").split() if folder.has("told") else []
                places |= dict(zip(map(int, told), facts_of(folder), strict=False))
        lines = [places.get(at, {}) for at in range(max(places, default=-1) + 1)]
        lines += [_mode_line(int(node), mode, at) for node, (mode, at) in sorted(self._modes().items())]
        self._journal.append(lines)
        self._hear(lines)

    def _look(self, now: int) -> None:
        """Find out what is new in every open folder, keep it, and put away what has ended."""
        folders = self._folders()
        for gone in self._told.keys() - {folder.key for folder in folders}:
            del self._told[gone]
        news: list[tuple[Line, Folder]] = []
        for folder in folders:
            ended = folder.has("end.json")
            if not ended and self._tended_at != now:
                self._tend(folder, now)
                ended = folder.has("end.json")
            if ended or not self._told[folder.key]:
                news += [(line, folder) for line in facts_of(folder)[self._told[folder.key] :]]
        self._tended_at = now
        news.sort(key=lambda pair: pair[0]["at"])
        first = len(self._journal)
        self._journal.append([line for line, _ in news])
        self._hear([line for line, _ in news])
        for place, (_, folder) in enumerate(news, first):
            append(folder.path / "told", f"{place}\n")
        for folder in folders:
            if folder.has("end.json"):
                self._put_away(folder)

    def _put_away(self, folder: Folder) -> None:
        """Out of the way of what is open, once all of it is told and its wrapper has gone."""
        if self._told[folder.key] < len(facts_of(folder)):
            return
        child = self._children.get(folder.key)
        if child is None or has_ended(child):
            os.rename(folder.path, self._done / folder.key)
            for known in (self._told, self._children, self._tries, self._haunted, self._orders):
                known.pop(folder.key, None)

    def _tend(self, folder: Folder, now: int) -> None:
        """Let a wrapper go where none came up; write the end of an attempt whose wrapper is no more."""
        child = self._children.get(folder.key)
        gone = child is None or has_ended(child)
        if child is not None and gone:
            del self._children[folder.key]
        if not folder.has("fence"):
            if gone and self._tries[folder.key] < TRIES:
                with suppress(OSError):
                    self._let_go(folder)
            elif gone and folder.take_fence():
                self._give_up(folder, now)
        elif not folder.watched() and not folder.has("end.json"):
            self._bury(folder, now)

    def _give_up(self, folder: Folder, now: int) -> None:
        refused = _refusal(Refusal.NOT_STARTED, now, _trouble(folder))
        record = {"outcome": REFUSED, "at": now, "until": refused.barred_until, "reason": refused.reason, "detail": refused.detail}
        keep(folder.path / "end.json", record | {"by": "engine"})

    def _bury(self, folder: Folder, now: int) -> None:
        """The wrapper was killed, or the machine went down. Nothing of the attempt may run when its end is told."""
        start = folder.record("start")
        here = start is not None and start["boot"] == boot()
        if here and kill_survivors(folder):
            self._haunted[folder.key] = now
            return
        if start is None:
            self._give_up(folder, now)
            return
        stop = folder.record("stop")
        cause = stop["cause"] if here and stop is not None else Outcome.EVICTED.name
        at = max(start["at"], self._haunted.get(folder.key, min(folder.last_seen(), now)))
        keep(folder.path / "end.json", {"outcome": cause, "started": start["at"], "at": at, "by": "engine"})


def _refusal(reason: Refusal, now: int, detail: str = "") -> Receipt:
    return Receipt(Answer.REFUSED, now + BARS_S.get(reason, BAR_S), reason, detail)


def _mode_line(node: int, mode: int, at: int) -> Line:
    return {"kind": int(Kind.NODE), "at": at, "node": node, "count": 1, "cause": int(mode)}


def _trouble(folder: Folder) -> str:
    """The last line that the wrapper wrote before it went."""
    with suppress(FileNotFoundError):
        said = (folder.path / "wrapper.log").read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line for line in reversed(said) if line.strip()), "")
    return ""
