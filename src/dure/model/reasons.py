"""Why: codes with parameters, never sentences. `present.words` says them in Korean and English.

Two families live here. A `Cause` says where an accelerator-second that was paid for went and who can mend it (docs/MEASURES.md §2, the
waterfall). A `Reason` says why one job waits or was refused; the kernel answers with it from the same predicates that decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mender(StrEnum):
    """Who can mend a loss. The first of a cause's menders carries its colour in every picture."""

    STATE = "state"
    PROGRAMME = "programme"
    OPERATOR = "operator"
    USER = "user"


STEPS = ("contracted", "installed", "powered", "available", "busy", "productive")


@dataclass(frozen=True, slots=True)
class Cause:
    """One named loss: the step of the waterfall it is subtracted *before*, and who can mend it."""

    name: str
    step: str
    menders: tuple[Mender, ...]

    @property
    def column(self) -> str:
        return f"{self.name}_s"


_O, _P, _S, _U = Mender.OPERATOR, Mender.PROGRAMME, Mender.STATE, Mender.USER

CAUSES = (
    Cause("not_delivered", "installed", (_O, _P)),
    Cause("unfunded", "powered", (_S,)),
    Cause("unpowered", "powered", (_O, _S)),
    Cause("unobserved", "available", (_O,)),
    Cause("failed", "available", (_O,)),
    Cause("maintenance", "available", (_O,)),
    Cause("foreign", "busy", (_O,)),
    Cause("dispatch", "busy", (_O,)),
    Cause("dedicated_idle", "busy", (_U, _P)),
    Cause("held", "busy", (_P,)),
    Cause("fragmented", "busy", (_P,)),
    Cause("too_small", "busy", (_P,)),
    Cause("capped", "busy", (_P,)),
    Cause("incompatible", "busy", (_P, _U)),
    Cause("no_demand", "busy", (_P,)),
    Cause("rework", "productive", (_O,)),
    Cause("overhead", "productive", (_U,)),
    Cause("job_error", "productive", (_U,)),
)
"""In the order of the waterfall: `contracted` minus every cause is `productive`, to the device-second, at every level."""

CAUSE_NAMES = tuple(cause.name for cause in CAUSES)


def causes_before(step: str) -> tuple[Cause, ...]:
    """The causes subtracted between the step above and `step`."""
    return tuple(cause for cause in CAUSES if cause.step == step)


class Code(StrEnum):
    """What a reason says. Its parameters stand in `PARAMETERS`; a reason carries exactly those."""

    WAITS_FOR_DEVICES = "waits_for_devices"
    FREE = "free"
    FREE_IN_POOL = "free_in_pool"
    FREE_ON_A_NODE = "free_on_a_node"
    FREE_WHOLE_NODES = "free_whole_nodes"
    FREE_IN_A_DOMAIN = "free_in_a_domain"
    EXPECTED_START = "expected_start"
    NO_EXPECTED_START = "no_expected_start"
    QUEUE_POSITION = "queue_position"
    HEAD = "head"
    HELD_FOR_HEAD = "held_for_head"
    LIMITED_BY_BACKFILL = "limited_by_backfill"
    KEPT_UNTIL_DATE = "kept_until_date"
    HAS_DATE = "has_date"
    BEHIND_HEAD = "behind_head"
    PLANNED_FOR_OTHERS = "planned_for_others"
    PLANNED_WHOLE = "planned_whole"
    PLAN_KEPT = "plan_kept"
    BEYOND_DEPTH = "beyond_depth"
    OVER_QUOTA = "over_quota"
    OVER_MODEL_QUOTA = "over_model_quota"
    OVER_CREDITS = "over_credits"
    BUDGET_STOP = "budget_stop"
    NOT_ELIGIBLE = "not_eligible"
    INFERENCE_ONLY = "inference_only"
    MEMORY_TOO_SMALL = "memory_too_small"
    TOO_LARGE = "too_large"
    INFEASIBLE_NOW = "infeasible_now"
    SERVERS_WAIT = "servers_wait"
    SERVERS_WAIT_OPEN = "servers_wait_open"
    SERVERS_DEDICATED = "servers_dedicated"
    SERVERS_DEDICATED_OPEN = "servers_dedicated_open"
    SERVERS_EMPTYING = "servers_emptying"
    DEDICATED_OWNER_FIRST = "dedicated_owner_first"
    NOT_LENT = "not_lent"
    NOT_READY = "not_ready"
    BARRED = "barred"
    CALLED_BACK = "called_back"
    CALLING_BACK = "calling_back"
    POOL_BARRED = "pool_barred"
    WAITS_FOR_JOB = "waits_for_job"
    NEVER_COMES = "never_comes"
    SERVERS_GONE = "servers_gone"
    TASKS_AT_ONCE = "tasks_at_once"
    PAUSED = "paused"
    DISPATCHING = "dispatching"
    PREEMPTED = "preempted"


PARAMETERS: dict[Code, tuple[str, ...]] = {
    Code.WAITS_FOR_DEVICES: ("devices", "memory_gb", "domain"),
    Code.FREE: ("free",),
    Code.FREE_IN_POOL: ("free", "pool"),
    Code.FREE_ON_A_NODE: ("free", "most", "pool"),
    Code.FREE_WHOLE_NODES: ("whole", "nodes", "pool"),
    Code.FREE_IN_A_DOMAIN: ("whole", "nodes", "pool"),
    Code.EXPECTED_START: ("start_s",),
    Code.NO_EXPECTED_START: (),
    Code.QUEUE_POSITION: ("ahead", "order"),
    Code.HEAD: (),
    Code.HELD_FOR_HEAD: ("pool", "job", "start_s"),
    Code.LIMITED_BY_BACKFILL: ("window_s", "needs_s"),
    Code.KEPT_UNTIL_DATE: ("pool", "job", "start_s", "needs_s"),
    Code.HAS_DATE: ("pool", "start_s"),
    Code.BEHIND_HEAD: ("job",),
    Code.PLANNED_FOR_OTHERS: ("start_s",),
    Code.PLANNED_WHOLE: ("start_s",),
    Code.PLAN_KEPT: ("start_s",),
    Code.BEYOND_DEPTH: ("depth",),
    Code.OVER_QUOTA: ("project", "headroom", "needs"),
    Code.OVER_MODEL_QUOTA: ("project", "model", "held", "most", "needs"),
    Code.OVER_CREDITS: ("project", "left_micro", "needs_micro"),
    Code.BUDGET_STOP: ("project",),
    Code.NOT_ELIGIBLE: ("constraint",),
    Code.INFERENCE_ONLY: ("models",),
    Code.MEMORY_TOO_SMALL: ("memory_gb", "largest_gb"),
    Code.TOO_LARGE: ("devices", "largest"),
    Code.INFEASIBLE_NOW: ("devices", "up"),
    Code.SERVERS_WAIT: ("nodes", "pool", "mode", "until_s"),
    Code.SERVERS_WAIT_OPEN: ("nodes", "pool", "mode"),
    Code.SERVERS_DEDICATED: ("nodes", "pool", "project", "until_s"),
    Code.SERVERS_DEDICATED_OPEN: ("nodes", "pool", "project"),
    Code.SERVERS_EMPTYING: ("nodes", "pool"),
    Code.DEDICATED_OWNER_FIRST: ("project", "pool"),
    Code.NOT_LENT: ("project", "pool"),
    Code.NOT_READY: (),
    Code.BARRED: ("pool", "until_s"),
    Code.CALLED_BACK: ("pool", "ahead_s"),
    Code.CALLING_BACK: ("pool",),
    Code.POOL_BARRED: ("pool", "until_s"),
    Code.WAITS_FOR_JOB: ("job", "condition"),
    Code.NEVER_COMES: ("job", "condition"),
    Code.SERVERS_GONE: (),
    Code.TASKS_AT_ONCE: ("most",),
    Code.PAUSED: ("who",),
    Code.DISPATCHING: ("pool",),
    Code.PREEMPTED: ("lost_s",),
}
"""Units are in the names: `_s` seconds (`start_s`, `until_s` counted from now), `_gb`, `_micro` millionths of a credit; `devices`,
`free`, `most` are accelerators, `whole`, `nodes` nodes; `headroom` and `needs` are accelerators by billing weight, beside `held` of
`most` plain ones (where `project` may be an organisation); `domain` is 0 none,
1 prefer, 2 require; `mode` is a supply mode; `order` says what puts the jobs ahead there (`fcfs`, `sjf`, `multifactor`: fair-share
alone, `priority`, `rank`).
Everything else is a name, or the kernel's number until somebody who knows the names puts them in."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One code with its parameters, hashable and ready for JSON. Make it with `reason()`."""

    code: Code
    params: tuple[tuple[str, int | str], ...] = ()

    def as_json(self) -> dict[str, int | str]:
        return {"code": str(self.code), **dict(self.params)}


def reason(code: Code, **params: int | str) -> Reason:
    """A reason whose parameters are exactly those of `PARAMETERS`; anything else is a bug of the caller."""
    assert set(params) == set(PARAMETERS[code]), (code, sorted(params), PARAMETERS[code])
    return Reason(code, tuple((name, params[name]) for name in PARAMETERS[code]))
