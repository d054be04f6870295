"""The watch over dedicated nodes that their holders do not use: warn, recall, redistribute, each with notice and answer.

A holder's use of a window of time is held-used over held-used + held-lent + held-idle: lending is good for everybody and no use of the
holder's. Under-used is who stayed below the rule's share in each of its last windows. Who is under-used is warned and may answer; an
answer that was accepted excuses for a while. Under-used still when the time to answer is over, or the answer was not accepted, and at
least one window after the warning: recalled, with notice and answer again; then the nodes go to the waiting list. One window of use
after a warning or recall, and it is settled. What was not measured is unknown and accuses nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from dure.model.units import DAY_S, MICRO
from dure.wire.scenario_policy import Watch

SETTLED_WINDOWS = 4
"""Windows before those that are counted, in which a warning may have been settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRule:
    """Shares in parts per million, times in seconds. `grace_s`: windows that begin earlier after the term's begin do not count.

    The rule is the programme's (`policy.watch` of its scenario): whoever carries it out has no say in it.
    """

    use_least_ppm: int = 300_000
    window_s: int = 7 * DAY_S
    windows: int = 2
    grace_s: int = 14 * DAY_S
    answer_s: int = 7 * DAY_S
    notice_s: int = 7 * DAY_S
    excuse_s: int = 28 * DAY_S

    def spans(self, now: int) -> list[tuple[int, int]]:
        """Windows that have ended, oldest first: as many as are counted, and those in which a warning may have been settled."""
        last, count = now // self.window_s * self.window_s, self.windows + SETTLED_WINDOWS
        return [(last - n * self.window_s, last - (n - 1) * self.window_s) for n in range(count, 0, -1)]


def rule_in(rules: Mapping[str, Any] | None) -> WatchRule:
    """The rule of the watch in a set of rules as it was written down; of sets from before it stood there, the usual one."""
    written = Watch.model_validate((rules or {}).get("policy", {}).get("watch") or {})  # as people write it: shares, days
    return WatchRule(**{one.name: getattr(written, one.name) for one in fields(WatchRule)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Device-seconds (milli) of one allocation over a time; None: not measured."""

    from_at: int
    to_at: int
    used: int | None
    lent: int | None
    idle: int | None

    def share_ppm(self) -> int | None:
        """The holder's use, rounded down; None where a part is unknown or nothing was held (all nodes down, say)."""
        if self.used is None or self.lent is None or self.idle is None:
            return None
        held = self.used + self.lent + self.idle
        return self.used * MICRO // held if held else None


class Kind(StrEnum):
    WARN = "warn"
    RECALL = "recall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a holder was told, until when they may answer, and what became of it. `accepted` None: not judged yet."""

    kind: Kind
    at: int
    due_at: int
    answered_at: int | None = None
    accepted: bool | None = None
    judged_at: int | None = None


class Step(StrEnum):
    KEEP = "keep"
    WARN = "warn"
    RECALL = "recall"
    REDISTRIBUTE = "redistribute"


class Why(StrEnum):
    """The reason of a step. The first four: the rule is not met."""

    GRACE = "grace"
    FEW_WINDOWS = "few_windows"
    UNKNOWN = "unknown"
    USED = "used"
    UNDER_USED = "under_used"
    ANSWER_AWAITED = "answer_awaited"
    ANSWER_UNJUDGED = "answer_unjudged"
    ANSWER_ACCEPTED = "answer_accepted"
    WINDOW_AWAITED = "window_awaited"
    NOTICE_RUNS = "notice_runs"
    UNANSWERED = "unanswered"
    ANSWER_REJECTED = "answer_rejected"


MET_NOT = frozenset({Why.GRACE, Why.FEW_WINDOWS, Why.UNKNOWN, Why.USED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is done about one allocation and why; `shares_ppm` of the windows that were looked at, oldest first."""

    step: Step
    why: Why
    shares_ppm: tuple[int | None, ...] = ()
    due_at: int | None = None

    @property
    def met(self) -> bool:
        """Whether the rule of under-use is met, whatever is done."""
        return self.why not in MET_NOT


def watch(rule: WatchRule, from_at: int, windows: Sequence[Window], told: Sequence[Told], now: int) -> Verdict:
    """The one step that is due for an allocation whose term began at `from_at`. Windows and what was told in order of time."""
    ended = [one for one in windows if one.to_at <= now]
    counted = [one for one in ended if one.from_at >= from_at + rule.grace_s][-rule.windows :]
    shares = tuple(one.share_ppm() for one in counted)
    if len(counted) < rule.windows:
        return Verdict(Step.KEEP, Why.FEW_WINDOWS if now >= from_at + rule.grace_s else Why.GRACE, shares)
    if any(share is not None and share >= rule.use_least_ppm for share in shares):
        return Verdict(Step.KEEP, Why.USED, shares)
    if None in shares:
        return Verdict(Step.KEEP, Why.UNKNOWN, shares)
    settled = max((one.to_at for one in ended if (one.share_ppm() or 0) >= rule.use_least_ppm), default=0)
    live = [one for one in told if one.at >= settled]
    if not live:
        return Verdict(Step.WARN, Why.UNDER_USED, shares, now + rule.answer_s)
    return _after(rule, live[-1], ended, shares, now)


def _after(rule: WatchRule, last: Told, ended: Sequence[Window], shares: tuple[int | None, ...], now: int) -> Verdict:
    """What follows on the last thing that a holder was told."""
    if last.accepted:
        judged = last.judged_at if last.judged_at is not None else last.at
        if now < judged + rule.excuse_s:
            return Verdict(Step.KEEP, Why.ANSWER_ACCEPTED, shares, judged + rule.excuse_s)
        return Verdict(Step.WARN, Why.UNDER_USED, shares, now + rule.answer_s)
    if last.answered_at is not None and last.accepted is None:
        return Verdict(Step.KEEP, Why.ANSWER_UNJUDGED, shares, last.due_at)
    if last.answered_at is None and now < last.due_at:
        return Verdict(Step.KEEP, Why.ANSWER_AWAITED if last.kind is Kind.WARN else Why.NOTICE_RUNS, shares, last.due_at)
    why = Why.UNANSWERED if last.answered_at is None else Why.ANSWER_REJECTED
    if last.kind is Kind.RECALL:
        if now < last.due_at:
            return Verdict(Step.KEEP, Why.NOTICE_RUNS, shares, last.due_at)
        return Verdict(Step.REDISTRIBUTE, why, shares)
    if not any(one.from_at >= last.at for one in ended):
        return Verdict(Step.KEEP, Why.WINDOW_AWAITED, shares)
    return Verdict(Step.RECALL, why, shares, now + rule.notice_s)


def not_recalled(verdicts: dict[int, Verdict]) -> dict[int, Verdict]:
    """Everyone who meets the rule and is not being recalled, with the reason: what an auditor asks first."""
    return {grant: one for grant, one in verdicts.items() if one.met and one.step not in (Step.RECALL, Step.REDISTRIBUTE)}
