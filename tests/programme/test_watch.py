"""The watch over under-used nodes: hand-worked courses of events, and what holds for every course."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dure.model.units import DAY_S
from dure.programme.watch import Kind, Step, Told, Verdict, WatchRule, Why, Window, not_recalled, watch

RULE = WatchRule()
WEEK = 7 * DAY_S


def weeks(*shares: int | None) -> list[Window]:
    """One window a week from the begin of the term; a share of 100 device-days, half of the rest lent."""
    found = []
    for n, share in enumerate(shares):
        parts = (None, None, None) if share is None else (share, (100 - share) // 2, (100 - share) - (100 - share) // 2)
        found.append(Window(from_at=n * WEEK, to_at=(n + 1) * WEEK, used=parts[0], lent=parts[1], idle=parts[2]))
    return found


def test_the_holders_use_leaves_out_what_was_lent() -> None:
    """90 of 100 device-hours busy, but 70 of them with others' work: 20 %."""
    assert Window(from_at=0, to_at=1, used=20, lent=70, idle=10).share_ppm() == 200_000
    assert Window(from_at=0, to_at=1, used=0, lent=0, idle=0).share_ppm() is None
    assert Window(from_at=0, to_at=1, used=5, lent=None, idle=0).share_ppm() is None


def test_a_course_from_warning_to_redistribution() -> None:
    """The first two weeks are grace; weeks 3 and 4 are counted, at 10 % and 20 % of use where 30 % are asked."""
    said: list[Told] = []
    assert watch(RULE, 0, weeks(0), said, 1 * WEEK).why is Why.GRACE
    assert watch(RULE, 0, weeks(0, 0), said, 2 * WEEK).why is Why.FEW_WINDOWS
    assert watch(RULE, 0, weeks(0, 0, 10), said, 3 * WEEK).why is Why.FEW_WINDOWS
    warned = watch(RULE, 0, weeks(0, 0, 10, 20), said, 4 * WEEK)
    assert warned == Verdict(Step.WARN, Why.UNDER_USED, (100_000, 200_000), 5 * WEEK)
    said.append(Told(kind=Kind.WARN, at=4 * WEEK, due_at=5 * WEEK))
    assert watch(RULE, 0, weeks(0, 0, 10, 20), said, 5 * WEEK - 1).why is Why.ANSWER_AWAITED
    recalled = watch(RULE, 0, weeks(0, 0, 10, 20, 5), said, 5 * WEEK)
    assert recalled == Verdict(Step.RECALL, Why.UNANSWERED, (200_000, 50_000), 6 * WEEK)
    said.append(Told(kind=Kind.RECALL, at=5 * WEEK, due_at=6 * WEEK))
    assert watch(RULE, 0, weeks(0, 0, 10, 20, 5), said, 6 * WEEK - 1).why is Why.NOTICE_RUNS
    assert watch(RULE, 0, weeks(0, 0, 10, 20, 5, 29), said, 6 * WEEK) == Verdict(Step.REDISTRIBUTE, Why.UNANSWERED, (50_000, 290_000))
    assert watch(RULE, 0, weeks(0, 0, 10, 20, 5, 30), said, 6 * WEEK).why is Why.USED


def test_an_answer_is_judged_and_excuses_for_a_while() -> None:
    low = weeks(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    answered = Told(kind=Kind.WARN, at=4 * WEEK, due_at=5 * WEEK, answered_at=4 * WEEK + 9)
    assert watch(RULE, 0, low, [answered], 8 * WEEK).why is Why.ANSWER_UNJUDGED
    accepted = Told(kind=Kind.WARN, at=4 * WEEK, due_at=5 * WEEK, answered_at=4 * WEEK + 9, accepted=True, judged_at=5 * WEEK)
    assert watch(RULE, 0, low, [accepted], 9 * WEEK - 1).why is Why.ANSWER_ACCEPTED
    assert watch(RULE, 0, low, [accepted], 9 * WEEK).step is Step.WARN
    rejected = Told(kind=Kind.WARN, at=4 * WEEK, due_at=5 * WEEK, answered_at=4 * WEEK + 9, accepted=False, judged_at=4 * WEEK + 99)
    assert watch(RULE, 0, low, [rejected], 4 * WEEK + 100).why is Why.WINDOW_AWAITED
    assert watch(RULE, 0, low, [rejected], 5 * WEEK).why is Why.ANSWER_REJECTED
    assert watch(RULE, 0, low, [rejected], 5 * WEEK).step is Step.RECALL


def test_a_recall_leaves_its_whole_notice_even_to_a_rejected_answer() -> None:
    low = weeks(0, 0, 0, 0, 0, 0)
    rejected = Told(kind=Kind.RECALL, at=5 * WEEK, due_at=6 * WEEK, answered_at=5 * WEEK + 1, accepted=False, judged_at=5 * WEEK + 2)
    assert watch(RULE, 0, low, [rejected], 6 * WEEK - 1) == Verdict(Step.KEEP, Why.NOTICE_RUNS, (0, 0), 6 * WEEK)
    assert watch(RULE, 0, low, [rejected], 6 * WEEK).step is Step.REDISTRIBUTE


def test_what_was_not_measured_accuses_nobody() -> None:
    assert watch(RULE, 0, weeks(0, 0, 0, None), [], 4 * WEEK).why is Why.UNKNOWN
    assert watch(RULE, 0, weeks(0, 0, None, None), [], 4 * WEEK).why is Why.UNKNOWN


def test_use_after_a_warning_settles_it() -> None:
    """Warned after week 4, used in week 5, under-used again in 6 and 7: another warning, not a recall."""
    said = [Told(kind=Kind.WARN, at=4 * WEEK, due_at=5 * WEEK)]
    assert watch(RULE, 0, weeks(0, 0, 0, 0, 90), said, 5 * WEEK).why is Why.USED
    assert watch(RULE, 0, weeks(0, 0, 0, 0, 90, 0, 0), said, 7 * WEEK).step is Step.WARN


def test_who_met_the_rule_and_was_not_recalled() -> None:
    found = not_recalled(
        {
            1: Verdict(Step.KEEP, Why.USED),
            2: Verdict(Step.KEEP, Why.ANSWER_ACCEPTED),
            3: Verdict(Step.RECALL, Why.UNANSWERED),
            4: Verdict(Step.WARN, Why.UNDER_USED),
            5: Verdict(Step.REDISTRIBUTE, Why.ANSWER_REJECTED),
            6: Verdict(Step.KEEP, Why.UNKNOWN),
        }
    )
    assert sorted(found) == [2, 4]


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=1, max_size=20),
    st.lists(st.sampled_from(["silent", "accepted", "rejected", "unjudged"]), min_size=20, max_size=20),
)
def test_nobody_loses_nodes_without_warning_notice_and_low_use(shares: list[int | None], answers: list[str]) -> None:
    """Week by week the watch is asked, and what it says is done; holders answer at random."""
    said: list[Told] = []
    windows = weeks(*shares)
    for week in range(1, len(shares) + 1):
        now = week * WEEK
        found = watch(RULE, 0, windows, said, now)
        seen = [one for one in windows if one.to_at <= now][-2:]
        held = [one.share_ppm() for one in seen]
        low = all(share is not None and share < RULE.use_least_ppm for share in held)
        if found.step is not Step.KEEP:
            assert low
            assert week >= 4
        if found.step is Step.REDISTRIBUTE:
            warn, recall = said[-2], said[-1]
            assert (warn.kind, recall.kind) == (Kind.WARN, Kind.RECALL)
            assert not warn.accepted
            assert not recall.accepted
            assert recall.at >= warn.at + RULE.answer_s or warn.accepted is False
            assert now >= recall.due_at >= recall.at + RULE.notice_s
            return
        if found.step in (Step.WARN, Step.RECALL):
            assert found.due_at is not None
            answer = answers[len(said)]
            rest: dict[str, object] = {} if answer == "silent" else {"answered_at": now + 1}
            if answer in ("accepted", "rejected"):
                rest |= {"accepted": answer == "accepted", "judged_at": now + 2}
            kind = Kind.WARN if found.step is Step.WARN else Kind.RECALL
            said.append(Told(kind=kind, at=now, due_at=found.due_at, **rest))  # type: ignore[arg-type]
