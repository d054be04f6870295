from __future__ import annotations

import json

import pytest

from dure.model.reasons import CAUSES, PARAMETERS, STEPS, Code, causes_before, reason


def test_every_step_below_contracted_is_reached_by_its_causes_in_order() -> None:
    assert [cause.name for step in STEPS[1:] for cause in causes_before(step)] == [cause.name for cause in CAUSES]
    assert causes_before("contracted") == ()
    assert all(causes_before(step) for step in STEPS[1:])


def test_every_cause_names_who_can_mend_it() -> None:
    assert all(cause.menders for cause in CAUSES)
    assert [cause.menders[0].value for cause in CAUSES if cause.name in ("unfunded", "failed", "held", "job_error")] == [
        "state",
        "operator",
        "programme",
        "user",
    ]


def test_every_code_states_its_parameters() -> None:
    assert set(PARAMETERS) == set(Code)


def test_a_reason_is_hashable_and_json() -> None:
    one = reason(Code.OVER_QUOTA, needs=64, project="univ-vision", headroom=12)
    assert one == reason(Code.OVER_QUOTA, project="univ-vision", headroom=12, needs=64)
    assert {one: 1}[one] == 1
    assert json.loads(json.dumps(one.as_json())) == {"code": "over_quota", "project": "univ-vision", "headroom": 12, "needs": 64}


def test_a_reason_with_other_parameters_is_a_bug() -> None:
    with pytest.raises(AssertionError):
        reason(Code.FREE, devices=3)
