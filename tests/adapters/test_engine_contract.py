"""What every engine promises. A new one gets a rig in tests/adapters/engines/rigs.py and a name in `RIGS`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dure.model.events import Kind, Outcome
from dure.model.fleet import Mode
from dure.operate.ports import Answer, Presence, Refusal, Standing, Upkeep
from tests.adapters.engines.rigs import DEVICES, FOREVER_S, MILLI, NODES, Doing, KeptRig, LocalRig, Rig, SimulatedRig, told

RIGS: dict[str, Callable[[Path], Rig]] = {"simulated": lambda _: SimulatedRig(), "local": lambda home: LocalRig(home / "site")}
RIGS["simulated and kept"] = lambda home: KeptRig(home / "site")
LONG = Doing(work_s=FOREVER_S)


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    made = RIGS[request.param](tmp_path)
    yield made
    made.close()


def starts(rig: Rig, key: str) -> None:
    rig.until(lambda: bool(told(rig, key, Kind.STARTED)))


def ends(rig: Rig, key: str, as_: Outcome) -> None:
    rig.until(lambda: bool(told(rig, key, Kind.ENDED)))
    assert [Outcome(fact.cause) for fact in told(rig, key, Kind.ENDED)] == [as_]


def test_an_attempt_starts_and_ends(rig: Rig) -> None:
    before = rig.now()
    assert rig.send("dure-0-1", Doing(work_s=1)).answer == Answer.ACCEPTED
    ends(rig, "dure-0-1", Outcome.COMPLETED)
    start, end = told(rig, "dure-0-1")
    assert (start.kind, end.kind) == (Kind.STARTED, Kind.ENDED)
    assert before <= start.at <= end.at <= rig.now()
    assert end.value == end.at - start.at >= 1, "all of it is kept"


def test_a_program_that_fails_loses_what_it_ran(rig: Rig) -> None:
    rig.send("dure-0-1", Doing(work_s=1, outcome=Outcome.FAILED))
    ends(rig, "dure-0-1", Outcome.FAILED)
    start, lost, end = told(rig, "dure-0-1")
    assert (lost.kind, lost.cause, end.value) == (Kind.LOST, 2, 0)
    assert lost.value == end.at - start.at


def test_sent_twice_it_starts_once(rig: Rig) -> None:
    answers = [rig.send("dure-0-1", LONG).answer for _ in range(3)]
    starts(rig, "dure-0-1")
    rig.again()
    answers.append(rig.send("dure-0-1", LONG).answer)
    assert answers == [Answer.ACCEPTED] * 4
    rig.engine.stop("dure-0-1", rig.now() + 1, rig.now())
    ends(rig, "dure-0-1", Outcome.PREEMPTED)
    assert rig.send("dure-0-1", LONG).answer == Answer.ACCEPTED, "the answer to a key stays the same after its end"
    assert len(told(rig, "dure-0-1", Kind.STARTED)) == len(told(rig, "dure-0-1", Kind.ENDED)) == 1


def test_a_receipt_that_was_lost_is_found(rig: Rig) -> None:
    rig.send("dure-0-1", Doing(work_s=1))
    rig.again()
    assert rig.engine.lookup("dure-0-1", rig.now()) == Presence.FOUND
    ends(rig, "dure-0-1", Outcome.COMPLETED)
    assert rig.engine.lookup("dure-0-1", rig.now()) == Presence.FOUND, "it ever had it"


def test_what_was_proved_absent_never_starts(rig: Rig) -> None:
    rig.lose("dure-0-1")
    assert rig.engine.lookup("dure-0-1", rig.now()) == Presence.ABSENT
    rig.again()
    assert rig.engine.lookup("dure-0-1", rig.now()) == Presence.ABSENT
    if isinstance(rig, LocalRig):
        late = rig.send("dure-0-1", LONG)
        assert (late.answer, late.reason) == (Answer.REFUSED, Refusal.GIVEN_UP)
    rig.send("dure-0-2", Doing(work_s=1))
    ends(rig, "dure-0-2", Outcome.COMPLETED)
    assert told(rig, "dure-0-1") == []


def test_it_ends_by_its_deadline_as_what_it_was_told(rig: Rig) -> None:
    for key, cause in (("dure-0-1", Outcome.PREEMPTED), ("dure-0-2", Outcome.CANCELED)):
        rig.send(key, LONG)
        starts(rig, key)
        by = rig.now() + 1
        rig.engine.stop(key, by, rig.now(), cause)
        ends(rig, key, cause)
        end = told(rig, key, Kind.ENDED)[0]
        assert end.at <= by + 1


def test_the_earlier_of_two_deadlines_counts(rig: Rig) -> None:
    rig.send("dure-0-1", LONG)
    starts(rig, "dure-0-1")
    deadlines = [rig.now() + after_s for after_s in (5_000, 1, 9_000)]
    for by in deadlines:
        rig.engine.stop("dure-0-1", by, rig.now())
    ends(rig, "dure-0-1", Outcome.PREEMPTED)
    assert told(rig, "dure-0-1", Kind.ENDED)[0].at <= min(deadlines) + 1


@pytest.mark.parametrize("key", ["dure-0-9", "somebody-else", "", "../../etc/passwd", "x" * 300, "a\0b"])
def test_to_stop_what_is_not_there_is_no_error(rig: Rig, key: str) -> None:
    rig.engine.stop(key, rig.now() + 1, rig.now())
    assert rig.engine.observe(0, rig.now()) == ([], 0)


def test_to_stop_what_has_ended_changes_nothing(rig: Rig) -> None:
    rig.send("dure-0-1", Doing(work_s=1))
    ends(rig, "dure-0-1", Outcome.COMPLETED)
    before = rig.engine.observe(0, rig.now())
    rig.engine.stop("dure-0-1", rig.now() + 1, rig.now())
    rig.again()
    assert rig.engine.observe(0, rig.now()) == before


def test_what_has_not_started_is_taken_back_and_never_starts(rig: Rig) -> None:
    rig.queue()
    rig.send("dure-0-1", LONG)
    rig.engine.recall("dure-0-1", rig.now())
    ends(rig, "dure-0-1", Outcome.RECALLED)
    (end,) = told(rig, "dure-0-1")
    assert (end.kind, end.value) == (Kind.ENDED, 0)
    _, position = rig.engine.observe(0, rig.now())
    rig.again()
    rig.engine.recall("dure-0-1", rig.now())
    assert rig.send("dure-0-1", LONG).answer == Answer.ACCEPTED, "a second send of a key gets the same answer"
    assert rig.engine.lookup("dure-0-1", rig.now()) == Presence.FOUND
    rig.past(rig.now())
    assert rig.engine.observe(position, rig.now()) == ([], position)
    assert rig.engine.usage(0, rig.now() + 1) == []


def test_recalled_twice_it_is_over_once(rig: Rig) -> None:
    """The second recall may be another leader's, before anybody was told of the first."""
    rig.queue()
    rig.send("dure-0-1", LONG)
    for _ in range(3):
        rig.engine.recall("dure-0-1", rig.now())
    rig.again()
    rig.engine.recall("dure-0-1", rig.now())
    ends(rig, "dure-0-1", Outcome.RECALLED)
    assert [fact.kind for fact in told(rig, "dure-0-1")] == [Kind.ENDED]


def test_what_has_just_started_runs_on_though_it_is_recalled(rig: Rig) -> None:
    rig.send("dure-0-1", Doing(work_s=1))
    starts(rig, "dure-0-1")
    for _ in range(2):
        rig.engine.recall("dure-0-1", rig.now())
    ends(rig, "dure-0-1", Outcome.COMPLETED)
    before = rig.engine.observe(0, rig.now())
    rig.engine.recall("dure-0-1", rig.now())
    rig.again()
    assert rig.engine.observe(0, rig.now()) == before, "what has ended stays as it is"


def test_a_recall_that_meets_a_start_is_lost_or_won_whole(rig: Rig) -> None:
    """Whichever comes first: it never started and is RECALLED, or it ran and is COMPLETED."""
    keys = [f"dure-0-{n}" for n in range(8)]
    for node, key in enumerate(keys):
        rig.send(key, Doing(work_s=1), node=node % NODES)
        rig.engine.recall(key, rig.now())
    rig.until(lambda: all(told(rig, key, Kind.ENDED) for key in keys))
    for key in keys:
        (end,) = told(rig, key, Kind.ENDED)
        assert Outcome(end.cause) == (Outcome.COMPLETED if told(rig, key, Kind.STARTED) else Outcome.RECALLED)


@pytest.mark.parametrize("key", ["dure-0-9", "somebody-else", "", "../../etc/passwd", "x" * 300, "a\0b"])
def test_to_recall_what_is_not_there_is_no_error(rig: Rig, key: str) -> None:
    rig.engine.recall(key, rig.now())
    assert rig.engine.observe(0, rig.now()) == ([], 0)


def test_what_was_recalled_before_it_came_stays_unknown(rig: Rig) -> None:
    """The recall overtakes the send: its site is asked again when it is heard to have it."""
    rig.engine.recall("dure-0-1", rig.now())
    assert rig.send("dure-0-1", Doing(work_s=1)).answer == Answer.ACCEPTED
    ends(rig, "dure-0-1", Outcome.COMPLETED)


def test_the_same_facts_from_every_position(rig: Rig) -> None:
    for n in range(4):
        rig.send(f"dure-0-{n}", Doing(work_s=1, outcome=Outcome.FAILED if n % 2 else Outcome.COMPLETED))
    for n in range(4):
        rig.until(lambda n=n: bool(told(rig, f"dure-0-{n}", Kind.ENDED)))  # type: ignore[misc]
    whole, end = rig.engine.observe(0, rig.now())
    assert end == len(whole) == 10
    for since in range(end + 1):
        assert rig.engine.observe(since, rig.now()) == (list(whole[since:]), end)
    rig.again()
    for since in range(end + 1):
        assert rig.engine.observe(since, rig.now()) == (list(whole[since:]), end)
    order = [fact.kind for fact in whole if fact.key == "dure-0-1"]
    assert order == [Kind.STARTED, Kind.LOST, Kind.ENDED]


def test_positions_go_on_where_they_ended(rig: Rig) -> None:
    rig.send("dure-0-1", Doing(work_s=1))
    ends(rig, "dure-0-1", Outcome.COMPLETED)
    first, mark = rig.engine.observe(0, rig.now())
    rig.again()
    rig.send("dure-0-2", Doing(work_s=1))
    ends(rig, "dure-0-2", Outcome.COMPLETED)
    second, end = rig.engine.observe(mark, rig.now())
    assert {fact.key for fact in first} == {"dure-0-1"}
    assert {fact.key for fact in second} == {"dure-0-2"}
    assert end == len(first) + len(second)


def test_the_time_limit_ends_it_without_being_asked(rig: Rig) -> None:
    rig.send("dure-0-1", Doing(work_s=FOREVER_S, limit_s=1))
    ends(rig, "dure-0-1", Outcome.TIME_LIMIT)
    start, lost, end = told(rig, "dure-0-1")
    assert 1 <= end.at - start.at <= 4
    assert (lost.cause, lost.value) == (2, end.at - start.at)


@pytest.mark.system
def test_fifty_at_once(rig: Rig) -> None:
    keys = [f"dure-0-{n}" for n in range(50)]
    for n, key in enumerate(keys):
        assert rig.send(key, Doing(work_s=1), node=n % NODES).answer == Answer.ACCEPTED
    rig.until(lambda: sum(fact.kind == Kind.ENDED for fact in rig.engine.observe(0, rig.now())[0]) == 50)
    facts, _ = rig.engine.observe(0, rig.now())
    assert Counter(fact.key for fact in facts if fact.kind == Kind.STARTED) == Counter(keys)
    assert {fact.cause for fact in facts if fact.kind == Kind.ENDED} == {Outcome.COMPLETED}
    assert len({fact.key for fact in facts}) == 50
    assert NODES * DEVICES >= 50


def test_usage_says_what_the_facts_say(rig: Rig) -> None:
    before = rig.now()
    rig.send("dure-0-1", Doing(work_s=1), milli=2 * MILLI)
    rig.send("dure-0-2", LONG, milli=500)
    ends(rig, "dure-0-1", Outcome.COMPLETED)
    starts(rig, "dure-0-2")
    rig.past(rig.now())
    used = {one.key: one for one in rig.engine.usage(before, rig.now() + 1)}
    start, end = told(rig, "dure-0-1")
    assert (used["dure-0-1"].started_at, used["dure-0-1"].ended_at, used["dure-0-1"].milli) == (start.at, end.at, 2 * MILLI)
    assert (used["dure-0-2"].ended_at, used["dure-0-2"].milli) == (None, 500)
    assert rig.engine.usage(before - 100, before) == []
    assert [one.key for one in rig.engine.usage(end.at, rig.now() + 1)] == ["dure-0-2"], "what ended before is not in the window"
    assert {one.cpu_ms is None for one in used.values() if one.ended_at} == {not rig.engine.capabilities().processor_usage}
    rig.engine.stop("dure-0-2", rig.now() + 1, rig.now())
    ends(rig, "dure-0-2", Outcome.PREEMPTED)


def test_a_node_is_taken_out_and_back(rig: Rig) -> None:
    rig.engine.node(1, Upkeep.DRAIN, rig.now())
    rig.again()
    rig.past(rig.now())
    rig.engine.node(1, Upkeep.RESUME, rig.now())
    facts, _ = rig.engine.observe(0, rig.now())
    assert [(fact.kind, fact.node, fact.count, fact.cause) for fact in facts] == [
        (Kind.NODE, 1, 1, Mode.MAINTENANCE),
        (Kind.NODE, 1, 1, Mode.UP),
    ]


def test_what_it_cannot_do_it_says_and_answers_with_nothing(rig: Rig) -> None:
    can = rig.engine.capabilities()
    rig.send("dure-0-1", Doing(work_s=1))
    ends(rig, "dure-0-1", Outcome.COMPLETED)
    assert can.accounts or not rig.engine.account("nobody-of-this-name", Standing.ENSURE)
    assert rig.engine.logs("dure-0-1", 0) == b"", "it wrote nothing"
    assert rig.engine.logs("../lock", 0) == rig.engine.logs("dure-0-2", 0) == b""
