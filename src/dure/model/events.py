"""The event log: kinds, columns and their version.

One row is one thing that happened or was decided. A gang has one PLACED row per run of consecutive nodes: `node` is the
first of the run and `count` covers the run. Rows of one second are written in the order supply, ends, starts,
submissions, rules, decisions; `seq` is that order over the whole log.
"""

from __future__ import annotations

from enum import IntEnum

SCHEMA_VERSION = 1


class Kind(IntEnum):
    """What a row says. Facts come from the world, decisions from `decide`, rules from people."""

    NODE = 1  # fact: `count` nodes from `node` on are in supply mode `cause`. value: of EVICTED, OURS, WITHHELD
    ENDED = 2  # fact: attempt ended with outcome `cause`; value = seconds of its work that are kept
    STARTED = 3  # fact: the attempt runs
    SUBMITTED = 4  # fact: the job exists; value = requested seconds
    QUOTA = 5  # rule: project `job` has nominal quota `value`; with a `pool`: at most `value` milli-devices of its model (-1: no ceiling)
    CREDIT = 6  # rule: project `job` has `value` more credit
    STOP = 7  # rule: project `job` is stopped (value 1) or may go on (value 0)
    PLACED = 8  # decision: the attempt holds `count` milli-devices from `node` on; value = estimated end
    PREEMPTED = 9  # decision: the attempt was given notice; value = deadline
    RECALLED = 10  # decision: the attempt is to be taken back if it has not started; value = seconds that it has lain there
    REFUSED = 11  # fact: the site refused the placement; value = barred until
    LOST = 12  # fact: `value` seconds of the attempt were busy but lost to cause
    IDLE = 13  # derived, live: `count` milli-devices of the pool are not busy by cause `cause` (place in `reasons.CAUSES`) from now on
    READY = 14  # fact: the bar of a refusal is over (cause 0), or nothing that people ask holds the job back any more (cause 1)
    SENT = 15  # fact: the site has the placement
    TICK = 16  # rule: priorities as of second `value`
    DECIDED = 17  # decision: `decide` has run on all rows above; conservative: it planned anew in second `value`, cause 1: and should again
    HELD = 18  # decision: `job` (-1: nobody) holds `pool` for second `value`; cause 1: its own, dedicated pool; 2: by a dated reservation
    DEDICATED = 19  # rule: `pool` is dedicated to project `job` (-1: to nobody), with a notice of `value`; cause 1: it is lent
    PROMISED = 20  # decision: the job starts by second `value`; -1: it has no promise any more
    WITHDRAWN = (
        21  # rule: its user wants `job` no more; one that waits is over, one that runs does not come back; cause 1: what it waited for
    )
    # can never come, 2: the servers of its grant were given back
    HELD_BACK = 22  # rule: `job` stays out of the queue until its READY row of cause 1; one that runs gets notice. value: the act, or -1


EVICTED, OURS, WITHHELD = 1, 2, 3
"""Values of a NODE row, 0 is none of them: attempts there were evicted; we say it, not the site; and the site has the server up, we keep
it out of work. `at` of what we say is the second of the site's last word, so that whatever the site says next stands over it."""


class Outcome(IntEnum):
    """Why an attempt ended. The first three end the job, the others send it back to the queue."""

    COMPLETED = 0
    FAILED = 1  # the program failed
    CANCELED = 2  # the user's act
    TIME_LIMIT = 3  # hit its limit: the job failed
    PREEMPTED = 4  # policy's act
    EVICTED = 5  # capacity vanished
    LOST = 6  # proved absent
    RETRIED = 7  # the program failed, and the job asks to be tried again
    RECALLED = 8  # taken back before it started


#: name, little-endian numpy dtype, unit, meaning
COLUMNS: tuple[tuple[str, str, str, str], ...] = (
    ("seq", "<i8", "", "dense row number"),
    ("at", "<i8", "s", "when it happened, seconds from the start of the run (or Unix time, live)"),
    ("kind", "<i1", "", "Kind"),
    ("job", "<i8", "", "job, or project for rules"),
    ("attempt", "<i8", "", "attempt, dense over the log; -1 if none"),
    ("pool", "<i4", "", "pool index; -1 if none"),
    ("node", "<i4", "", "first node of the run of nodes; -1 if none"),
    ("count", "<i4", "milli-devices", "over the run of nodes (NODE: number of nodes)"),
    ("value", "<i8", "by kind", "see Kind"),
    ("cause", "<i1", "", "Outcome, supply mode or loss cause, by kind"),
)

#: Facts of a live log are late: `at` says when a thing happened, `seen` when it was recorded. A State folds by `seq`, a ledger by `at`.
#: In a twin both are one, and its rows have no `seen`.
LIVE_COLUMNS: tuple[tuple[str, str, str, str], ...] = (*COLUMNS, ("seen", "<i8", "s", "when it was recorded"))
