"""What happens here to each option of sbatch: it becomes a key of the job spec, is kept for Slurm sites, or is ignored for a reason.

An option that this table lacks is an error, never dropped in silence. Reasons are codes; `present.phrases_jobs` has the words.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Fate = Literal["becomes", "kept", "ignored"]
Takes = Literal["value", "maybe", "none"]


class Option(NamedTuple):
    """`about` is the key that it becomes, or the code of why it is ignored."""

    name: str
    short: str
    takes: Takes
    fate: Fate
    about: str = ""


_BECOMES = (
    ("job-name", "J", "name"),
    ("account", "A", "project"),
    ("time", "t", "time"),
    ("nodes", "N", "nodes"),
    ("gres", "", "accelerators"),
    ("gpus", "G", "accelerators"),
    ("gpus-per-node", "", "accelerators"),
    ("gpus-per-task", "", "accelerators"),
    ("array", "a", "array"),
    ("dependency", "d", "after"),
    ("qos", "q", "qos"),
    ("mail-type", "", "notify"),
)
_KEPT = (
    *(("ntasks", "n"), ("ntasks-per-node", "")),
    *(("partition", "p"), ("constraint", "C"), ("mem", ""), ("mem-per-cpu", ""), ("mem-per-gpu", ""), ("cpus-per-task", "c")),
    *(("cpus-per-gpu", ""), ("tmp", ""), ("licenses", "L"), ("gpu-bind", ""), ("gpu-freq", ""), ("cpu-freq", ""), ("hint", "")),
    *(("threads-per-core", ""), ("cores-per-socket", ""), ("sockets-per-node", ""), ("mincpus", ""), ("network", ""), ("reservation", "")),
    *(("switches", ""), ("nodelist", "w"), ("exclude", "x"), ("comment", ""), ("wckey", "")),
)
_IGNORED: tuple[tuple[str, str, Takes, str], ...] = (
    ("output", "o", "value", "logs"),
    ("error", "e", "value", "logs"),
    ("input", "i", "value", "input"),
    ("open-mode", "", "value", "logs"),
    ("chdir", "D", "value", "folder"),
    ("mail-user", "", "value", "address"),
    ("requeue", "", "none", "repeated"),
    ("no-requeue", "", "none", "repeated_anyway"),
    ("export", "", "value", "environment"),
    ("export-file", "", "value", "environment"),
    ("get-user-env", "", "maybe", "environment"),
    ("begin", "b", "value", "begins"),
    ("deadline", "", "value", "begins"),
    ("time-min", "", "value", "one_limit"),
    ("signal", "", "value", "notice"),
    ("priority", "", "value", "priority"),
    ("nice", "", "maybe", "priority"),
    ("hold", "H", "none", "hold"),
    ("clusters", "M", "value", "pools"),
    ("uid", "", "value", "person"),
    ("gid", "", "value", "person"),
    ("no-kill", "k", "maybe", "whole"),
    ("overcommit", "O", "none", "processors"),
    ("oversubscribe", "s", "maybe", "processors"),
    ("distribution", "m", "value", "processors"),
    ("extra-node-info", "B", "value", "processors"),
    ("core-spec", "S", "value", "processors"),
    ("thread-spec", "", "value", "processors"),
    ("mem-bind", "", "value", "processors"),
    ("ntasks-per-core", "", "value", "processors"),
    ("ntasks-per-socket", "", "value", "processors"),
    ("ntasks-per-gpu", "", "value", "processors"),
    ("gpus-per-socket", "", "value", "processors"),
    ("gres-flags", "", "value", "processors"),
    ("use-min-nodes", "", "none", "processors"),
    ("spread-job", "", "none", "processors"),
    ("acctg-freq", "", "value", "accounting"),
    ("profile", "", "value", "accounting"),
    ("propagate", "", "maybe", "environment"),
    ("container", "", "value", "environment"),
    ("bb", "", "value", "input"),
    ("power", "", "value", "processors"),
    ("prefer", "", "value", "pools"),
    ("cluster-constraint", "", "value", "pools"),
    ("delay-boot", "", "value", "begins"),
    ("reboot", "", "none", "begins"),
    ("kill-on-invalid-dep", "", "value", "dependency"),
    ("mcs-label", "", "value", "person"),
    ("bbf", "", "value", "input"),
    ("ignore-pbs", "", "none", "command_line"),
    ("parsable", "", "none", "command_line"),
    ("quiet", "Q", "none", "command_line"),
    ("verbose", "v", "none", "command_line"),
    ("wait", "W", "none", "command_line"),
    ("wait-all-nodes", "", "value", "command_line"),
    ("test-only", "", "none", "command_line"),
)

OPTIONS: tuple[Option, ...] = (
    *(Option(name, short, "value", "becomes", key) for name, short, key in _BECOMES),
    *(Option(name, short, "value", "kept") for name, short in _KEPT),
    Option("exclusive", "", "maybe", "kept"),
    Option("contiguous", "", "none", "kept"),
    *(Option(name, short, takes, "ignored", why) for name, short, takes, why in _IGNORED),
)
BY_NAME = {one.name: one for one in OPTIONS}
BY_SHORT = {one.short: one for one in OPTIONS if one.short}
REASONS = (*dict.fromkeys(one.about for one in OPTIONS if one.fate == "ignored"), "below", "least", "event")
"""Every code of a reason: also of a directive below the first command, of the upper end of a range of nodes, of an event of mail."""
