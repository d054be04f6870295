"""The columns of the State: record types and the constants that compiled code compares with.

Everything is an integer. Durations are seconds, devices milli-devices unless the name says `devices`, speeds and billing
weights parts per million. "derived" columns can be rebuilt from the others (`rebuild`); nothing may depend on how they
were reached.
"""

from __future__ import annotations

import numpy as np

from dure.model.events import Kind, Outcome
from dure.model.fleet import Mode
from dure.model.work import AttemptState, Backfill, DomainRule, JobState, NodeRule, Order, PoolRule

NONE = -1
HELD_BACK = 1 << 20  # of a job's `deps`: what people ask keeps it out of the queue; the bits below: the bar of a refusal
PAUSE_NOTICE_S = 120  # what an attempt has to save its work when its user pauses the job
CANCEL_NOTICE_S = 30  # what an attempt has to save its work when its user cancels the job, as with Slurm's KillWait
NEVER = 1 << 62  # later than every instant, longer than every request
MILLI = 1000
PPM = 1_000_000
BLOCK = 64  # waiting jobs under one stored minimum

UP, NOT_DELIVERED, UNFUNDED, UNPOWERED, UNOBSERVED, NODE_FAILED, MAINTENANCE = (int(m) for m in Mode)
JOB_NEW, JOB_QUEUED, JOB_ACTIVE = int(JobState.NEW), int(JobState.QUEUED), int(JobState.ACTIVE)
FREE, PLACED, SENT, RUNNING, STOPPING, ENDED, LOST, RECALLED = (int(m) for m in AttemptState)
COMPLETED, FAILED, CANCELED, TIME_LIMIT, OUT_PREEMPTED, OUT_EVICTED, OUT_LOST, OUT_RETRIED, OUT_RECALLED = (int(m) for m in Outcome)
FCFS, SJF, MULTIFACTOR = (int(m) for m in Order)
BACKFILL_NONE, BACKFILL_EASY, BACKFILL_CONSERVATIVE = (int(m) for m in Backfill)
BEST, FIRST, SPREAD = (int(m) for m in NodeRule)
POOL_FIRST, POOL_FASTEST, POOL_CHEAPEST, POOL_EARLIEST = (int(m) for m in PoolRule)
DOMAIN_NONE, DOMAIN_PREFER, DOMAIN_REQUIRE = (int(m) for m in DomainRule)
K_NODE, K_ENDED, K_STARTED, K_SUBMITTED = int(Kind.NODE), int(Kind.ENDED), int(Kind.STARTED), int(Kind.SUBMITTED)
K_PLACED, K_PREEMPTED, K_RECALLED, K_LOST = int(Kind.PLACED), int(Kind.PREEMPTED), int(Kind.RECALLED), int(Kind.LOST)

# Columns of the waterfall that the State counts per pool (milli-devices); the first seven are indexed by supply mode.
(C_UP, C_NOT_DELIVERED, C_UNFUNDED, C_UNPOWERED, C_UNOBSERVED, C_FAILED, C_MAINTENANCE) = range(7)
(C_BUSY, C_FOREIGN, C_DISPATCH, C_DEDICATED_IDLE, C_HELD, C_FRAGMENTED, C_TOO_SMALL, C_CAPPED, C_INCOMPATIBLE, C_NO_DEMAND) = range(7, 17)
LOST_REWORK, LOST_OVERHEAD, LOST_JOB_ERROR = range(3)
C_LENT = 17  # busy with the jobs of others on a dedicated pool (part of C_BUSY)
C_KEPT = 18  # held only by a dated reservation, not by the head (part of C_HELD)
COUNTS = 19
CAUSES = C_NO_DEMAND - C_HELD + 1  # of free devices, in the order of their columns

META = np.dtype(
    [
        ("now", "i8"),
        ("order", "i8"),  # next order number
        ("attempts", "i8"),  # next attempt number
        ("open_jobs", "i8"),
        ("waiting", "i8"),  # jobs in lists
        ("lists", "i8"),
        ("job_free", "i8"),
        ("attempt_free", "i8"),
        ("part_free", "i8"),
        ("queue_used", "i8"),  # derived: arena of waiting jobs
        ("region", "i8"),  # derived: places that the next insertion may take from it
        ("active_used", "i8"),  # derived: arena of active lists
        ("classes", "i8"),  # derived: classes with waiting jobs
        ("out", "i8"),  # placements not yet handed to the world
        ("stop", "i8"),  # attempts given notice, not yet handed to the world
        ("due", "i8"),  # something happened since the last complete decide
        ("all_fresh", "i8"),  # derived: look at every list on every pool
        ("limited", "i8"),  # some project has a limit
        ("limits_stale", "i8"),  # derived: an ancestor's head-room changed: look at every limited list
        ("touched", "i8"),  # derived: classes that the idle split must be told of
        ("fresh", "i8"),  # derived: lists to look at on every pool
        ("dedicated", "i8"),  # some pool belongs to a project
        ("dirty_pools", "i8"),  # derived
        ("vain_for", "i8"),  # derived: order number of the head for whom notices were in vain in the pools marked so, or NONE
        ("shadows_of", "i8"),  # derived: order number of the head whose shadows the fits know, or NONE
        ("stamp", "i8"),  # derived: room changed since
        ("cycle", "i8"),  # derived: number of this decide
        ("head", "i8"),  # order number of the job that holds, or NONE
        ("hold_pool", "i8"),
        ("shadow", "i8"),
        ("extra", "i8"),
        ("blocking", "i8"),  # derived: slot of the job that nobody may pass (`backfill: none`), or NONE
        ("tick_at", "i8"),  # last priority tick
        ("asked", "i8"),  # derived: milli-devices asked by admissible waiting jobs, each once
        ("capped", "i8"),  # derived: the same for jobs over a limit
        ("split_stale", "i8"),  # derived: the idle split must be made again
        ("split_at", "i8"),  # the split holds since
        ("reserved", "i8"),  # derived: pools with a dated reservation
        ("again", "i8"),  # derived: a placement of this cycle changed what is kept until a date
        ("reserve_given", "i8"),  # so far: reservations given, seconds that their gangs had waited by then
        ("reserve_waited", "i8"),
        ("reserve_started", "i8"),  # of them started, seconds that these had waited
        ("reserve_started_waited", "i8"),
        ("withdrawn", "i8"),  # attempts of jobs that nobody wants any more and that have no notice yet, at most
        ("replan_due", "i8"),  # conservative: since the last replan an attempt ended early or a node changed its mode
        ("replan_at", "i8"),  # conservative: last replan
        ("promise_at", "i8"),  # conservative: late promises begin at this instant
        ("promise_next", "i8"),  # the first promise after the last decide (conservative) or the first date (EASY), or NEVER
        ("promise_late", "i8"),  # conservative: a promise that had come by it was not kept
        ("promise_stale", "i8"),  # derived: look for the next promise again
        ("line_head", "i8"),  # derived: the waiting line is [head, tail) of its arrays
        ("line_tail", "i8"),
        ("line_promised", "i8"),  # derived: nobody from here on has a promise
        ("line_seen", "i8"),  # derived: who is ready before here has a promise
        ("line_ready", "i8"),  # derived: ready jobs before there
        ("line_stale", "i8"),  # derived: who is ready may have changed
        ("line_tick", "i8"),  # derived: the line is in order as of this tick
        ("profile_blocks", "i8"),  # derived: blocks in use
        ("late_next", "i8"),  # derived: the first second in which an attempt is recalled or a bar ends, or NEVER
        ("bar_next", "i8"),  # derived: the first second in which a bar ends, or NEVER
    ]
)
RULES = np.dtype(
    [
        ("order", "i8"),
        ("backfill", "i8"),
        ("hold_kept", "i8"),
        ("releases", "i8"),  # release entries are kept
        ("node_rule", "i8"),
        ("pool_rule", "i8"),
        ("by_project", "i8"),  # lists are keyed on the project too
        ("preempt", "i8"),
        ("lend", "i8"),
        ("forget", "i8"),  # every decide looks at everything, as if nothing were known of what need not be looked at again
        ("period", "i8"),
        ("decay", "i8"),  # usage factor of one period, 2^32 = 1
        ("age_weight", "i8"),
        ("age_max", "i8"),
        ("fair_weight", "i8"),
        ("size_weight", "i8"),
        ("replan", "i8"),
        ("depth", "i8"),
        ("reserve_ppm", "i8"),
        ("reserve_after", "i8"),
        ("weighted_most", "i8"),  # weighted devices of the largest fit
        ("billed_most", "i8"),  # milli-devices of the largest fit
        ("models", "i8"),  # models that may have a ceiling: the first so many; 0: none
        ("row_room", "i8"),  # rows that one decide and what the world answers at once may write
    ]
)
POOL = np.dtype(
    [
        ("first_node", "i8"),
        ("nodes", "i8"),
        ("devices", "i8"),  # per node
        ("model", "i8"),
        ("owner", "i8"),  # project whose dedicated pool this is, or NONE
        ("lent", "i8"),
        ("notice", "i8"),
        ("parent", "i8"),  # the pool of the floor plan that a dedicated pool was cut from
        ("domain_nodes", "i8"),
        ("first_domain", "i8"),
        ("domains", "i8"),
        ("delay", "i8"),  # modelled delay from PLACED to STARTED
        ("ahead", "i8"),  # seconds that an attempt may lie there before it starts; 0 = no limit
        (
            "late_first",
            "i8",
        ),  # derived: the first placed attempt that has neither started nor been recalled, or NONE; kept where `ahead` is
        ("late_last", "i8"),
        ("weight", "i8"),  # billing weight, ppm
        ("bits", "i8"),  # its bitmaps: levels × (summary words, words)
        ("words", "i8"),
        ("summary", "i8"),
        ("level", "i8"),  # its counts of nodes by level
        ("release", "i8"),  # its blocks of release entries
        ("fit_at", "i8"),
        ("fit_n", "i8"),
        ("shape_at", "i8"),
        ("shapes", "i8"),
        ("up", "i8"),  # derived: nodes that are up
        ("top", "i8"),  # derived: highest level with a node
        ("release_room", "i8"),  # blocks
        ("releases", "i8"),  # derived: blocks in use
        ("asked", "i8"),  # derived: milli-devices asked by admissible waiting jobs
        ("capped", "i8"),  # derived: the same, by jobs over a limit
        ("leaving", "i8"),  # derived: attempts that were given notice
        ("since", "i8"),  # counts are integrated up to here
        ("owner_waits", "i8"),  # derived: a job of the owner that is admissible and feasible here waits
        ("owner_head", "i8"),  # derived: slot of the owner's blocked job, or NONE
        ("held_for", "i8"),  # order number of the owner's job for which the pool is held, or NONE
        ("held_at", "i8"),  # its shadow
        ("owner_turns", "i8"),  # derived: how often a list of the owner had changed when its turn was over
        ("held_extra", "i8"),  # derived: whole nodes to spare then
        ("kept_for", "i8"),  # order number of the gang that has the pool's dated reservation, or NONE
        ("kept_at", "i8"),  # its date
        ("kept_slot", "i8"),  # derived: its slot
        ("kept_room", "i8"),  # derived: whole nodes to spare then
        ("kept_known", "i8"),  # derived: `kept_room` stands
        ("kept_extra", "i8"),  # derived: what of it is left to others
        ("kept_left", "i8"),  # derived: the same when the last decide was over
    ]
)
NODE = np.dtype(
    [
        ("pool", "i4"),
        ("domain", "i4"),
        ("mode", "i4"),
        ("foreign", "i4"),
        ("total", "i4"),
        ("down", "i4"),
        ("busy", "i4"),
        ("placed", "i4"),
        ("level", "i4"),  # derived: free devices if up, else NONE
        ("parts", "i4"),  # first part on this node
        ("released", "i8"),  # derived: latest estimated end of attempts smaller than the node, or NONE
    ]
)
JOB = np.dtype(
    [
        ("id", "i8"),
        ("list", "i4"),
        ("klass", "i4"),
        ("project", "i4"),
        ("qos", "i4"),
        ("state", "i4"),
        (
            "barred_by",
            "i4",
        ),  # 1 + the pool that refused it, while it is barred, or from which it was called back, until it is placed; else 0
        ("order", "i8"),
        ("submit", "i8"),
        ("request", "i8"),  # seconds left on the reference accelerator
        ("deps", "i4"),
        ("attempt", "i4"),  # slot of its open attempt, or NONE
        ("tries", "i4"),
        ("withdrawn", "i4"),  # its user wants it no more: it does not come back into the queue
        ("at", "i8"),  # derived: place in the arena of waiting jobs, or NONE
        ("checkpoint", "i4"),
        ("promise", "i8"),  # conservative: it starts by then, or NEVER
        ("barred_until", "i8"),
    ]
)
ATTEMPT = np.dtype(
    [
        ("id", "i8"),
        ("job", "i4"),
        ("pool", "i4"),
        ("state", "i4"),
        ("lent", "i4"),
        ("whole", "i4"),  # nodes that it covers wholly
        ("parts", "i4"),
        ("milli", "i8"),
        ("rate", "i8"),  # ppm of the reference accelerator
        ("placed_at", "i8"),
        ("started_at", "i8"),
        ("end", "i8"),  # estimated
        ("deadline", "i8"),
        ("release", "i8"),  # derived: time under which it stands in the release entries
        ("held", "i8"),  # weighted devices
        ("escrow", "i8"),
        ("generation", "i4"),
        ("late_next", "i4"),  # derived: neighbours among those of its pool that have neither started nor been recalled
        ("late_previous", "i4"),
    ]
)
PART = np.dtype([("attempt", "i4"), ("node", "i4"), ("milli", "i4"), ("next", "i4"), ("node_next", "i4"), ("node_prev", "i4")])
KLASS = np.dtype(
    [
        ("devices", "i8"),
        ("domain", "i8"),
        ("fit_at", "i8"),
        ("fit_n", "i8"),
        ("active_at", "i8"),  # derived: its active lists in the arena
        ("active_size", "i8"),
        ("active", "i8"),
        ("slot", "i8"),  # derived: place among the classes with waiting jobs
        ("feasible", "i8"),  # derived
        ("wide", "i8"),  # derived: some pool could hold it and is so small that it may get a dated reservation
        ("head_stale", "i8"),  # derived
        ("head_list", "i8"),
        ("head_prio", "i8"),
        ("head_key", "i8"),
        ("least", "i8"),  # derived: no list of the class has a smaller request
        ("stamp", "i8"),  # derived: limit and candidate are of this stamp
        ("cycle", "i8"),  # derived: and of this decide
        ("limit", "i8"),
        ("cand", "i8"),  # derived: place of the candidate in the arena of waiting jobs
        ("cand_prio", "i8"),
        ("cand_key", "i8"),
        ("cand_request", "i8"),
        ("asked", "i8"),  # derived: milli-devices asked by admissible waiting jobs
        ("over", "i8"),  # derived: the same, over a limit
        ("asked_told", "i8"),  # derived: what the idle split knows of it
        ("over_told", "i8"),
        ("touched", "i8"),  # derived: the idle split must be told
        ("size", "i8"),  # size term of the priority
        ("weighted_most", "i8"),  # weighted devices of its largest fit
        ("ask_rate", "i8"),  # at most so much credit a second of a request
        ("ask_base", "i8"),  # and so much besides
    ]
)
FIT = np.dtype(
    [
        ("klass", "i8"),
        ("pool", "i8"),
        ("speed", "i8"),
        ("need", "i8"),  # devices on one node, or the node's devices
        ("nodes", "i8"),  # k
        ("most", "i8"),  # derived: nodes that a gang could hold there if all were free
        ("billed", "i8"),  # milli-devices
        ("model", "i8"),  # of its pool
        ("weighted", "i8"),  # devices billed · weight: ppm of a reference device
        ("delay", "i8"),  # start delay of the pool
        ("barred_until", "i8"),  # the pool is barred to the class, 0: it is not
        ("shape", "i8"),
        ("shadow", "i8"),  # derived: of the last head
        ("known", "i8"),  # derived: `shadow` stands
    ]
)
SHAPE = np.dtype([("need", "i8"), ("nodes", "i8"), ("devices", "i8"), ("asked", "i8")])
LIST = np.dtype(
    [
        ("klass", "i8"),
        ("project", "i8"),
        ("qos", "i8"),
        ("size", "i8"),  # region size class, NONE if no region
        ("fresh", "i8"),  # derived: look at it on every pool
        ("capped", "i8"),  # derived
        ("count", "i8"),
        ("at", "i8"),  # derived: region in the arena
        ("head", "i8"),
        ("tail", "i8"),
        ("least", "i8"),  # derived: smallest request
        ("active", "i8"),  # derived: place in its class's region, or NONE
        ("holdable", "i8"),  # derived: its first job could hold a pool
        ("next", "i8"),  # derived: next list of the same project with jobs, or NONE
        ("previous", "i8"),
    ]
)
PROJECT = np.dtype(
    [
        ("parent", "i8"),
        ("share", "i8"),
        ("siblings", "i8"),  # shares of it and its siblings
        ("norm_share", "i8"),  # ppm of the programme
        ("leaf", "i8"),
        ("waiting", "i8"),  # derived: waiting jobs in its lists
        ("turns", "i8"),  # derived: how often one of its lists changed
        ("usage", "i8"),  # decayed, weighted device-seconds
        ("gathered", "i8"),  # since the last tick, in ppm
        ("norm_usage", "i8"),
        ("held", "i8"),  # weighted devices placed
        ("nominal", "i8"),  # NEVER = no limit of its own
        ("borrow", "i8"),
        ("lend", "i8"),
        ("guaranteed", "i8"),
        ("credits", "i8"),  # weighted device-seconds (ppm); NEVER = none needed
        ("escrow", "i8"),
        ("fair", "i8"),
        ("effective", "i8"),
        ("lists", "i8"),  # derived: first of its lists with jobs, or NONE
        ("heaviest", "i8"),  # derived: no waiting job of its asks for more weighted devices
        ("asks", "i8"),  # derived: nor for more credit
        ("limited", "i8"),
        ("modelled", "i8"),  # derived: it or a node above it has a ceiling on some model
        ("stopped", "i8"),
        ("since", "i8"),
    ]
)
CEILING = np.dtype([("most", "i8"), ("held", "i8")])
"""Milli-devices of a model: what a node of the tree may hold (NEVER: no ceiling); where `modelled`, what it and all below it hold."""
PROFILE_BLOCK = np.dtype([("first", "i8"), ("block", "i4"), ("count", "i4"), ("least", "i4"), ("most", "i4"), ("shift", "i8")])
QOS = np.dtype([("priority", "i8"), ("rank", "i8"), ("preempts", "i8"), ("preemptible", "i8"), ("notice", "i8")])
ROW = np.dtype(
    [
        ("at", "i8"),
        ("job", "i8"),
        ("attempt", "i8"),
        ("value", "i8"),
        ("pool", "i4"),
        ("node", "i4"),
        ("count", "i4"),
        ("kind", "i1"),
        ("cause", "i1"),
    ]
)
