"""The fast lane never gives more than its rule, under any sequence of applications."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from dure.model.calls import CREDITS, CallRule, FastLane, standing
from dure.model.people import Form, Organisation, OrganisationKind, Wanted
from dure.model.units import DAY_S, MICRO
from dure.programme.fast import Given, Reason, Slow, fast, month, read, written

LANE = FastLane(
    micro_most=100,
    nodes_most=2,
    term_s_most=30 * DAY_S,
    open_most=1,
    organisation_month_micro=250,
    organisation_month_nodes=3,
    kinds=frozenset({OrganisationKind.ACADEMIA, OrganisationKind.FIRM}),
)
RULE = CallRule(purses={CREDITS: 600, "east/gpu": 4}, micro_most=100, nodes_most=2, term_s_most=30 * DAY_S, fast=LANE)
NOW = int(datetime(2026, 3, 15, tzinfo=UTC).timestamp())


def home(number: int = 1, kind: OrganisationKind = OrganisationKind.ACADEMIA) -> Organisation:
    return Organisation(id=number, name=f"o{number}", kind=kind)


def credits(amount: int, days: int = 30) -> Wanted:
    return Wanted(form=Form.CREDITS, term_s=days * DAY_S, micro=amount)


def held(amount: int, at: int, *, project: str = "other", person: int = 9, organisation: int = 1, until: int = 0) -> Given:
    return Given(
        project=project, person=person, organisation=organisation, form=Form.CREDITS, amount=amount, granted_at=at, open_until=until
    )


def asked(
    wanted: Wanted, *given_: Given, left: int = 600, kind: OrganisationKind = OrganisationKind.ACADEMIA, now: int = NOW
) -> list[Reason]:
    left_of = {CREDITS: left, "east/gpu": 4}
    return list(fast(RULE, wanted, project="one", person=1, organisation=home(kind=kind), given=given_, left=left_of, now=now))


def test_each_part_of_the_rule_by_itself() -> None:
    assert asked(credits(100)) == []
    assert asked(credits(101)) == [Reason(Slow.AMOUNT, 101, 100)]
    assert asked(credits(1, 31)) == [Reason(Slow.TERM, 31 * DAY_S, 30 * DAY_S)]
    assert asked(credits(1), kind=OrganisationKind.INSTITUTE) == [Reason(Slow.KIND)]
    assert asked(credits(1), held(1, NOW, project="one", until=NOW + 1)) == [Reason(Slow.OPEN_PROJECT, 2, 1)]
    assert asked(credits(1), held(1, NOW, person=1, until=NOW + 1)) == [Reason(Slow.OPEN_PERSON, 2, 1)]
    assert asked(credits(1), held(1, NOW, project="one", person=1, until=NOW)) == []
    assert asked(credits(100), held(150, NOW)) == []
    assert asked(credits(100), held(151, NOW)) == [Reason(Slow.MONTH, 251, 250)]
    assert asked(credits(100), held(151, NOW, organisation=2)) == []
    assert asked(credits(100), left=99) == [Reason(Slow.PURSE, 100, 99)]
    everything = asked(credits(101, 31), held(200, NOW, project="one", person=1, until=NOW + 1), left=0, kind=OrganisationKind.INSTITUTE)
    assert [one.code for one in everything] == [
        Slow.KIND,
        Slow.AMOUNT,
        Slow.TERM,
        Slow.OPEN_PROJECT,
        Slow.OPEN_PERSON,
        Slow.MONTH,
        Slow.PURSE,
    ]
    assert read(written(everything)) == tuple(everything)


def test_a_call_without_a_fast_lane_grants_nothing_at_once() -> None:
    slow = CallRule(purses={CREDITS: 600}, micro_most=100, nodes_most=2, term_s_most=DAY_S)
    assert fast(slow, credits(1), project="p", person=1, organisation=home(), given=(), left={CREDITS: 600}, now=NOW) == (
        Reason(Slow.NO_LANE),
    )


def test_months_are_those_of_korea() -> None:
    """15:00 UTC of the last day of March is the first of April in Seoul."""
    turn = int(datetime(2026, 3, 31, 15, tzinfo=UTC).timestamp())
    assert (month(turn - 1), month(turn)) == ((2026, 3), (2026, 4))
    assert asked(credits(100), held(250, turn - 1), now=turn) == []
    assert [one.code for one in asked(credits(100), held(250, turn - 1), now=turn - 1)] == [Slow.MONTH]


def test_the_standing_call_of_a_new_installation() -> None:
    """Half of a pool, rounded up, may be dedicated; two nodes at most."""
    rule = standing({"a/x": 1, "b/x": 8})
    assert rule.purses == {CREDITS: 1_000_000 * MICRO, "a/x": 1, "b/x": 4}
    assert rule.fast is not None
    assert (rule.fast.micro_most, rule.fast.nodes_most, rule.fast.term_s_most) == (5_000 * MICRO, 2, 90 * DAY_S)


requests = st.lists(
    st.tuples(
        st.integers(0, 3),  # days since the one before, times 9
        st.integers(1, 4),  # person; organisation = 1 + person % 2
        st.integers(1, 3),  # project
        st.integers(1, 130),  # micro-credits
        st.integers(1, 33),  # days
    ),
    max_size=40,
)


@given(requests)
@settings(max_examples=200)
def test_no_sequence_gets_more_than_the_rule(sequence: list[tuple[int, int, int, int, int]]) -> None:
    """Whatever is granted is checked afterwards by counting over all grants together, not by the rule's own code."""
    now, left, granted = NOW, 600, []
    for gap, person, project, amount, days in sequence:
        now += gap * 9 * DAY_S
        own = [
            Given(
                project=str(one[2]), person=one[1], organisation=1 + one[1] % 2, form=Form.CREDITS, amount=one[3], granted_at=one[0],
                open_until=one[0] + one[4],
            )
            for one in granted
        ]  # fmt: skip
        who = home(1 + person % 2)
        wanted = credits(amount, days)
        if not fast(RULE, wanted, project=str(project), person=person, organisation=who, given=own, left={CREDITS: left}, now=now):
            granted.append((now, person, project, amount, days * DAY_S))
            left -= amount
    assert sum(one[3] for one in granted) <= 600
    for at, person, project, amount, term in granted:
        assert amount <= 100
        assert term <= 30 * DAY_S
        open_then = [one for one in granted if one[0] <= at < one[0] + one[4]]
        assert sum(one[1] == person for one in open_then) <= 1
        assert sum(one[2] == project for one in open_then) <= 1
    by_month: dict[tuple[int, str], int] = {}
    for at, person, _, amount, _ in granted:
        seoul = datetime.fromtimestamp(at + 9 * 3600, UTC).strftime("%Y-%m")
        by_month[person % 2, seoul] = by_month.get((person % 2, seoul), 0) + amount
    assert all(amount <= 250 for amount in by_month.values())
