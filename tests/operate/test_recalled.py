"""A broker that takes back what a site does not start: requests, doubts, what a site says to it, and what of that outlives the broker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dure.model.events import Kind, Outcome
from dure.model.work import AttemptState
from dure.operate.broker import Broker, Gathered
from dure.operate.intents import Recall, Send
from dure.operate.memory import MemoryStore
from dure.operate.ports import Answer, Fact, Presence, Receipt
from dure.policy.build import Spec
from dure.policy.state import same
from tests.operate.small import SPEC, job

AHEAD_S = 60
LATE: Spec = replace(SPEC, pools=(replace(SPEC.pools[0], ahead=AHEAD_S), SPEC.pools[1]))
"""Pool 0 has four nodes of two devices and a limit, pool 1 two nodes of four and none."""
KEY = "dure-0-0"
TAKEN = {KEY: Receipt(Answer.ACCEPTED)}


def started(receipts: dict[str, Receipt] = TAKEN) -> tuple[Broker, MemoryStore]:
    """A broker that has sent an attempt to pool 0 at second 0, and heard of it, and has come to the second in which it is due."""
    store = MemoryStore()
    broker = Broker(LATE, store)
    (send,) = broker.step(0, Gathered(submissions=[job(0)])).sends
    assert (send.key, send.placement.pool) == (KEY, 0)
    broker.step(1, Gathered(receipts=receipts))
    assert broker.next_at() == AHEAD_S
    return broker, store


def kinds(store: MemoryStore) -> list[Kind]:
    return [Kind(kind) for kind in store.rows()["kind"].tolist() if kind in (Kind.PLACED, Kind.RECALLED, Kind.STARTED, Kind.ENDED)]


def test_it_is_asked_back_at_its_second_and_sent_elsewhere_when_it_is_over() -> None:
    broker, store = started()
    assert broker.step(AHEAD_S).recalls == (Recall(KEY, 0),)
    (send,) = broker.step(70, Gathered(facts=[Fact(Kind.ENDED, 70, KEY, cause=Outcome.RECALLED)])).sends
    assert (send.placement.job, send.placement.pool) == (0, 1)
    assert kinds(store) == [Kind.PLACED, Kind.RECALLED, Kind.ENDED, Kind.PLACED]
    assert same(Broker(LATE, store).state, broker.state)


def test_what_started_after_all_runs_on() -> None:
    broker, _ = started()
    broker.step(AHEAD_S)
    intents = broker.step(70, Gathered(facts=[Fact(Kind.STARTED, 65, KEY)]))
    assert (intents.recalls, intents.stops) == ((), ())
    assert broker.attempts[0].state == AttemptState.RUNNING
    assert not broker.outbox().recalls
    broker.step(90, Gathered(facts=[Fact(Kind.ENDED, 90, KEY, value=25)]))
    assert broker.state.meta[0]["open_jobs"] == 0


@pytest.mark.parametrize("saved", [False, True])
def test_the_outbox_repeats_what_nobody_has_answered(saved: bool) -> None:
    broker, store = started()
    broker.step(AHEAD_S)
    again = Broker(LATE, store, saved=broker.saved() if saved else None)
    assert again.outbox().recalls == (Recall(KEY, 0),)
    assert not again.outbox().sends, "what is to come back is not sent again"
    assert same(again.state, broker.state)
    assert again.next_at() == broker.next_at()


@pytest.mark.parametrize("anew", [False, True])
def test_what_was_never_acknowledged_is_asked_for_and_asked_back_when_it_is_found(anew: bool) -> None:
    """The site may have it or not: the recall may have come before the send."""
    broker, store = started({})
    assert broker.step(AHEAD_S).recalls == (Recall(KEY, 0),)
    broker = Broker(LATE, store, saved=None) if anew else broker
    assert broker.doubts() == ((KEY, 0),)
    assert broker.step(70, Gathered(presences={KEY: Presence.FOUND})).recalls == (Recall(KEY, 0),)
    assert broker.doubts() == ()
    assert broker.step(71).recalls == ()


def test_what_never_came_is_over_when_that_is_proved() -> None:
    broker, _ = started({})
    broker.step(AHEAD_S)
    sends: tuple[Send, ...] = broker.step(70, Gathered(presences={KEY: Presence.ABSENT})).sends
    assert [(send.placement.job, send.placement.pool) for send in sends] == [(0, 1)]


def test_a_withdrawn_job_is_over_when_it_is_back() -> None:
    broker, _ = started()
    broker.step(AHEAD_S)
    assert not broker.step(65, Gathered(facts=[Fact(Kind.WITHDRAWN, 65, job=0)])).stops
    broker.step(70, Gathered(facts=[Fact(Kind.ENDED, 70, KEY, cause=Outcome.RECALLED)]))
    assert broker.state.meta[0]["open_jobs"] == 0


def test_a_refusal_that_comes_after_the_recall_is_a_refusal() -> None:
    broker, _ = started({})
    broker.step(AHEAD_S)
    assert not broker.step(70, Gathered(receipts={KEY: Receipt(Answer.REFUSED, 100)})).sends
    assert not broker.state.fit["barred_until"].any()
    (send,) = broker.step(100).sends
    assert send.placement.pool == 0, "the site named a time, and after it the job may go back"


def test_where_a_limit_was_taken_away_what_was_recalled_still_comes_back() -> None:
    """The scenario says otherwise when the broker starts again: the log stands."""
    broker, store = started()
    broker.step(AHEAD_S)
    again = Broker(SPEC, store)
    assert again.outbox().recalls == (Recall(KEY, 0),)
    (send,) = again.step(70, Gathered(facts=[Fact(Kind.ENDED, 70, KEY, cause=Outcome.RECALLED)])).sends
    assert send.placement.pool == 0
