"""What `dure submit`, `dure why` and `dure jobs explain` say of a job: bounds as bounds, causes with remedies, what grants have left."""

from __future__ import annotations

from typing import Any

import pytest

from dure.model.events import Outcome
from dure.model.reasons import Code, reason
from dure.model.work import JobState
from dure.present.numbers import Lang
from dure.present.purse_lines import purse_lines
from dure.present.words import Words
from dure.present.work_tables import submitted_lines
from dure.web.why_text import why_text
from dure.wire import api, people_api
from tests.web.fakes import NOW, row

EN, KO = Words(Lang.EN), Words(Lang.KO)
WIDE = ({"pool": "south/b", "speed_ppm": 10**6, "speed_low_ppm": 25_000, "limit_s": 36_000, "credits_most_micro": 115_200_000},
        {"pool": "north/a", "speed_ppm": 10**6, "speed_low_ppm": 10**6, "limit_s": 900, "credits_most_micro": 3_000_000})  # fmt: skip
WAITS = (reason(Code.QUEUE_POSITION, ahead=0, order="fcfs"),)


def verdict(*can: dict[str, Any]) -> api.Verdict:
    return api.Verdict(can=can, cannot=(), changes=(), notes=(), warnings=())


def submitted(likely: str | None, narrow: str = "") -> str:
    one = api.Submitted(id="j1", name="a", project="v", tasks=1, state="NEW", again=False, verdict=verdict(*WIDE))
    return " ".join(submitted_lines(one, EN, likely, narrow)[1:])


def test_the_bound_is_that_of_the_pool_where_it_would_run() -> None:
    text = submitted("north/a", "q.yaml")
    assert "as things stand it runs on north/a. Bounds there: ended after 15 min, at most 3.0000 credits" in text
    assert "south/b" not in text
    assert "10 h" not in text
    assert "no `workload:`" in text
    assert "dure jobs explain q.yaml" in text


def test_where_nothing_has_room_the_bound_is_by_pool() -> None:
    text = submitted(None)
    assert "none has room now. Bounds by pool: ended after 15 min to 10 h, at most 3.0000 to 115.2 credits" in text
    assert "workload" not in text, "the spec names one"


@pytest.mark.parametrize(("saves", "remedy"), [(None, "or a `checkpoint:`"), ("5m", "what it saved last is kept")])
def test_who_was_ended_at_the_limit_is_told_cause_and_remedy(saves: str | None, remedy: str) -> None:
    spec = {} if saves is None else {"checkpoint": saves}
    told = row(3, "x", state=JobState.FAILED, outcome=Outcome.TIME_LIMIT, started_at=NOW, ended_at=NOW + 600, spec=spec)
    text = why_text(told, (), EN)
    assert "It ran 10 min and was ended at its time limit" in text
    assert remedy in text
    assert "Write a longer `time:`" in text
    assert "제한 시간" in why_text(told, (), KO)
    other = row(3, "x", state=JobState.FAILED, outcome=Outcome.FAILED, started_at=NOW, ended_at=NOW + 600)
    assert "time limit" not in why_text(other, (), EN)


def test_an_array_says_its_tasks_by_state_and_of_whom_a_reason_speaks() -> None:
    array = row(3, "x", state=JobState.ACTIVE, tasks=12, counts={"ACTIVE": 7, "QUEUED": 4, "FAILED": 1})
    text = why_text(array, WAITS, EN)
    assert text.startswith("Of 12 tasks: 7 ACTIVE, 4 QUEUED, 1 FAILED. The next task that waits: ")
    assert text.endswith("`dure why j3.N` says of task N why it failed, `dure ps j3` lists the runs.")
    assert why_text(array, WAITS, KO).startswith("작업 12개: 실행 중 7개, 대기 4개, 실패 1개. 다음 대기 작업: ")
    assert "next task" not in why_text(row(3, "x", task=2, tasks=1), WAITS, EN), "of a task it is about itself"


def grant(**more: Any) -> people_api.Grant:
    part = {"form": "credits", "from_at": "2027-01-01T00:00:00Z", "to_at": "2027-03-01T00:00:00Z", "credits_micro": 100_000_000}
    part |= {"pool": "", "nodes": 0, "notice_s": 0, "lent": False, "released_at": None} | more
    whole = {"id": 4, "project": "vision", "lane": "fast", "state": "held", "granted_at": "2027-01-01T00:00:00Z", "signed_by": 1}
    whole |= {"from_at": part["from_at"], "to_at": part["to_at"], "call": None, "application": None, "copay_ppm": 0}
    return people_api.Grant.model_validate(
        whole | {"price_won": None, "budget_won": None, "reason": "", "allocations": (people_api.Allocation.model_validate(part),)}
    )


@pytest.mark.parametrize(
    ("used", "left", "said"),
    [
        (0, "100.0", "cover its bound on some pools, not on all: 3.0000 to 115.2"),
        (99_000_000, "1.0000", "do not cover its bound on any pool, 3.0000 at the least"),
    ],
)
def test_what_grants_have_left_is_held_against_the_bound(used: int, left: str, said: str) -> None:
    lines = purse_lines([grant(used_credits_micro=used)], WIDE, EN, NOW)
    assert lines[0].startswith(f"grant 4 of vision: {left} of 100.0 credits left until 2027-03-01")
    assert said in lines[1]
    rich = purse_lines([grant(credits_micro=500_000_000)], WIDE, EN, NOW)
    assert "enough wherever it runs: it is charged at most 115.2" in rich[1]


def test_only_live_grants_count_and_servers_are_told_as_servers() -> None:
    assert purse_lines([grant(to_at="2027-01-02T00:00:00Z"), grant(released_at="2027-01-03T00:00:00Z")], WIDE, EN, NOW) == []
    (line,) = purse_lines([grant(form="dedicated", pool="north/a", nodes=2, credits_micro=0)], WIDE, KO, NOW)
    assert "north/a 서버 2대" in line
