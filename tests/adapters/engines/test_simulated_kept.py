"""A simulated site that outlives its broker: one journal, any number of objects on it, one story."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from dure.adapters.engines.simulated_kept import GIVEN, KeptSite
from dure.ledger.attempts import OVERHEAD
from dure.model.datasets import Copy
from dure.model.events import Kind
from dure.operate.ports import Answer, DataUse, Limits, Placement, Presence, Program, Refusal, Upkeep


def place(n: int, request_s: int = 600) -> Placement:
    return Placement(n, n, 0, ((n % 4, 1, 1_000),), request_s)


def takes(seconds: int) -> Program:
    return Program(("true",), environment=((GIVEN, str(seconds)),))


def test_two_objects_in_any_order_tell_one_story(tmp_path: Path) -> None:
    """Two leaders of one site, one of them with a clock that lags: each sees every fact at the same position, as does a third one."""
    draw = Random(7)
    sites, told = [KeptSite(tmp_path), KeptSite(tmp_path)], [[], []]  # type: ignore[var-annotated]
    marks, now = [0, 0], 1_000
    for step in range(300):
        now += draw.randrange(3)
        which = draw.randrange(2)
        site, clock = sites[which], now - which * draw.randrange(5)
        what = draw.randrange(5)
        key = f"dure-0-{draw.randrange(1 + step // 4)}"
        if what == 0:
            site.send(key, place(int(key.rpartition("-")[2])), clock, takes(draw.randrange(1, 20)))
        elif what == 1:
            site.stop(key, clock + draw.randrange(10), clock)
        elif what == 2:
            site.node(draw.randrange(4), draw.choice([Upkeep.DRAIN, Upkeep.RESUME]), clock)
        elif what == 3 and draw.random() < 0.2:
            site.lookup(key, clock)
        facts, marks[which] = site.observe(marks[which], clock)
        told[which] += facts
    late = now + 1_000
    for which, site in enumerate(sites):
        facts, marks[which] = site.observe(marks[which], late)
        told[which] += facts
    assert told[0] == told[1] == list(KeptSite(tmp_path).observe(0, late)[0])
    starts = [fact.key for fact in told[0] if fact.kind == Kind.STARTED]
    assert len(starts) == len(set(starts)) > 20


@pytest.mark.parametrize("cut", [1, 7, 30])
def test_a_line_that_a_crash_cut_short_was_nobodys_answer(cut: int, tmp_path: Path) -> None:
    site = KeptSite(tmp_path)
    assert site.send("dure-0-1", place(1), 1_000, takes(50)).answer == Answer.ACCEPTED
    whole = (tmp_path / "simulated.jsonl").read_bytes()
    assert site.send("dure-0-2", place(2), 1_001, takes(50)).answer == Answer.ACCEPTED
    (tmp_path / "simulated.jsonl").write_bytes((tmp_path / "simulated.jsonl").read_bytes()[:-cut])
    after = KeptSite(tmp_path)
    assert after.lookup("dure-0-1", 1_002) == Presence.FOUND
    assert after.lookup("dure-0-2", 1_002) == Presence.ABSENT
    lines = (tmp_path / "simulated.jsonl").read_bytes()
    assert lines.startswith(whole)
    assert [json.loads(line)["do"] for line in lines.splitlines()] == ["send", "absent"]
    late = after.send("dure-0-2", place(2), 1_003, takes(50))
    assert (late.answer, late.reason) == (Answer.REFUSED, Refusal.GIVEN_UP)


def test_what_nobody_said_is_drawn_and_the_same_everywhere(tmp_path: Path) -> None:
    """Between a tenth and nine tenths of the limit; on a site that is twice as fast half as long."""
    ran = {}
    for name, limit_s in (("slow", 10_000), ("fast", 5_000)):
        site = KeptSite(tmp_path / name)
        for n in range(20):
            site.send(f"dure-0-{n}", place(n, 10_000), 1_000, Program(("true",), limits=Limits(time_s=limit_s)))
        facts, _ = site.observe(0, 50_000)
        ran[name] = {fact.key: fact.at - 1_000 for fact in facts if fact.kind == Kind.ENDED}
    assert all(1_000 <= seconds <= 9_001 for seconds in ran["slow"].values())
    assert len(set(ran["slow"].values())) > 15
    assert all(abs(ran["slow"][key] - 2 * ran["fast"][key]) <= 2 for key in ran["slow"])


def test_a_copy_takes_what_its_link_says_and_is_waited_for(tmp_path: Path) -> None:
    """30,000 bytes at 1,000 a second: the first waits 30 s, one that starts 10 s later the other 20 s, a late one nothing."""
    site = KeptSite(tmp_path, {0: 5}, 1_000)
    program = replace(takes(100), data=(DataUse("DURE_DATA_X", "x", "ab" * 32, 30_000),))
    for number, at in ((1, 1_000), (2, 1_010), (3, 1_200)):
        assert site.send(f"dure-0-{number}", place(number), at, program).answer == Answer.ACCEPTED
    facts, _ = site.observe(0, 2_000)
    starts = {fact.key: fact.at for fact in facts if fact.kind == Kind.STARTED}
    ends = {fact.key: (fact.at, fact.value) for fact in facts if fact.kind == Kind.ENDED}
    lost = {fact.key: (fact.value, fact.cause) for fact in facts if fact.kind == Kind.LOST}
    assert starts == {"dure-0-1": 1_005, "dure-0-2": 1_015, "dure-0-3": 1_205}
    assert ends == {"dure-0-1": (1_135, 100), "dure-0-2": (1_135, 100), "dure-0-3": (1_305, 100)}
    assert lost == {"dure-0-1": (30, OVERHEAD), "dure-0-2": (20, OVERHEAD)}
    assert list(KeptSite(tmp_path, {0: 5}, 1_000).copies()) == [Copy("ab" * 32, 30_000, 1_035)]


class Dies(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("dies_at", ["", "open", "replace", "after"])
def test_a_journal_that_left_out_what_is_old_tells_the_same_story(
    seed: int, dies_at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sites are asked the same; one forgets now and then, and may be killed while it does. Whoever read both sees no difference."""
    draw = Random(seed)
    whole, other = KeptSite(tmp_path / "whole"), KeptSite(tmp_path / "short")
    marks, now, forgot = (0, 0), 1_000, 0
    for step in range(250):
        now += draw.randrange(4)
        number = draw.randrange(1 + step // 3)
        key, what, until, seconds = f"dure-0-{number}", draw.randrange(6), now + draw.randrange(10), 1 + number // 2 * 7 % 19
        node, upkeep = draw.randrange(4), draw.choice([Upkeep.DRAIN, Upkeep.RESUME])
        answers = []
        for site in (whole, other):
            if what in (0, 1):
                one = Placement(number, number // 2, 0, ((number % 4, 1, 1_000),), 600)
                answers.append(site.send(key, one, now, takes(seconds)))
            elif what == 2:
                answers.append(site.stop(key, until, now))
            elif what == 3:
                answers.append(site.node(node, upkeep, now))
            elif what == 4:
                answers.append(site.lookup(key, now))
        assert answers[:1] == answers[1:]
        facts, ends = zip(*(site.observe(mark, now) for site, mark in zip((whole, other), marks, strict=True)), strict=True)
        assert facts[0] == facts[1]
        assert ends[0] == ends[1]
        marks = ends
        if step % 40 == 39:
            with monkeypatch.context() as patch:
                if dies_at:
                    patch.setattr(*_dying(dies_at))
                try:
                    forgot += other.forget(now - 30)
                except Dies:
                    assert dies_at
                    other = KeptSite(tmp_path / "short")
                    forgot += dies_at == "after"
    assert (forgot > 0) == (dies_at in ("", "after"))
    again = [KeptSite(tmp_path / name) for name in ("whole", "short")]
    assert [again[0].send(f"dure-0-{n}", place(n), now) for n in range(80)] == [
        again[1].send(f"dure-0-{n}", place(n), now) for n in range(80)
    ]
    if forgot:
        assert len((tmp_path / "short/simulated.jsonl").read_bytes()) < len((tmp_path / "whole/simulated.jsonl").read_bytes()) // 2


def _dying(where: str) -> tuple[object, str, object]:
    """What is put in the place of what, so that the process dies before the new journal is written, named, or is sure to be named so."""
    from dure.adapters import files

    def dies(*_: object) -> None:
        raise Dies

    if where == "after":
        return files, "_flush_folder", dies
    return (files.os, "replace", dies) if where == "replace" else (files.secrets, "token_hex", dies)


def test_who_waited_for_the_lock_reads_the_journal_that_took_its_place(tmp_path: Path) -> None:
    first, second = KeptSite(tmp_path), KeptSite(tmp_path)
    for n in range(20):
        first.send(f"dure-0-{n}", place(n), 1_000 + n, takes(5))
    position = second.observe(0, 1_100)[1]
    assert first.forget(1_090) == 20
    assert first.forget(1_090) == 0
    assert second.observe(position, 1_101) == ([], position)
    second.send("dure-0-77", place(77), 1_102, takes(5))
    assert [fact.kind for fact in first.observe(position, 1_200)[0]] == [Kind.STARTED, Kind.ENDED]
    assert first.lookup("dure-0-3", 1_201) == Presence.FOUND
    assert first.send("dure-0-3", place(3), 1_202, takes(5)).answer == Answer.ACCEPTED
    assert first.observe(position + 2, 1_300) == ([], position + 2)
