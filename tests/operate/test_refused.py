"""A job that its user wanted no more when its site refused it: it is over, and its place in the State is another's."""

from __future__ import annotations

from dure.model.events import Kind
from dure.operate.broker import Gathered
from dure.operate.ports import Answer, Fact, Receipt
from dure.policy.layout import NONE
from tests.operate.small import job, new_broker


def test_a_refused_job_that_was_withdrawn_holds_nobody_up() -> None:
    broker, _ = new_broker()
    (send,) = broker.step(0, Gathered(submissions=[job(0, klass=3)])).sends
    broker.step(5, Gathered(facts=[Fact(Kind.WITHDRAWN, 5, job=0)]))
    broker.step(6, Gathered(receipts={send.key: Receipt(Answer.REFUSED, 20)}))
    assert (broker.state.job["state"] == NONE).all(), "nothing is open"
    for second in (7, 20, 21):
        broker.step(second, Gathered())
    sends = broker.step(30, Gathered(submissions=[job(1, 30, klass=3), job(2, 30), job(3, 30, klass=1)])).sends
    assert sorted(one.placement.job for one in sends) == [1, 2, 3], "all of them fit"
