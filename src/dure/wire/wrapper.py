"""The text that starts a job on a server: its environment as torchrun and Slurm users expect it, its devices, its commands.

Everything that a person wrote goes through `quoted` and nothing else; names are validated again here, because a shell cannot quote them.
The text is POSIX sh. Variables of Slurm are set only where Slurm has not set them itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dure.wire.jobspec import JobSpec
from dure.wire.safe import VARIABLE

MASTER_PORT = 29_500
"""torchrun's own default; where several jobs share a server the engine picks another."""

VISIBLE: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "cuda": (("CUDA_VISIBLE_DEVICES", ",", "{}"),),
    "rocm": (("ROCR_VISIBLE_DEVICES", ",", "{}"),),
    "habana": (("HABANA_VISIBLE_MODULES", ",", "{}"),),
    "oneapi": (("ZE_AFFINITY_MASK", ",", "{}"),),
    "furiosa": (("FURIOSA_DEVICES", ",", "npu:{}"),),
    "rbln": (("RBLN_DEVICES", ",", "{}"),),
    "xla": (("TPU_VISIBLE_CHIPS", ",", "{}"),),
    "neuron": (("NEURON_RT_VISIBLE_CORES", ",", "{}"),),
    "ascend-cann": (("ASCEND_RT_VISIBLE_DEVICES", ",", "{}"),),
}
"""Software stack of the catalogue → (variable, separator, form of one index) that chooses devices. The others have none that is known.

Gaudi: modules, because its indices change when a server starts anew. FuriosaAI writes npu:0. ROCR counts before HIP does, so that a
program which sets HIP_VISIBLE_DEVICES itself chooses among its own.
"""

TORCH_DEVICE: Mapping[str, str] = {
    "cuda": "cuda",
    "rocm": "cuda",
    "habana": "hpu",
    "oneapi": "xpu",
    "rbln": "rbln",
    "xla": "xla",
    "neuron": "xla",
    "ascend-cann": "npu",
}
"""Software stack → what PyTorch calls its device; FuriosaAI's has none."""


_SCRIPT = "\0script"
"""Stands for the file of a script, whose name only the shell knows; no word of a spec can hold a NUL."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one attempt of a job runs, as one of its servers sees it. `task` is the number in an array, None without one.

    `devices` are the local indices given on this server; every server of a gang gives equally many. `ends_at` is a Unix second.
    """

    job: str
    attempt: str
    hosts: tuple[str, ...]
    node_rank: int
    devices: tuple[int, ...]
    stack: str
    pool: str
    folder: str
    ends_at: int
    task: int | None = None
    restarts: int = 0
    master_port: int = MASTER_PORT

    @property
    def nodes(self) -> int:
        return len(self.hosts)


def quoted(text: str) -> str:
    """One word of sh that is exactly this text, whatever it holds; NUL, which no word can hold, is refused before."""
    assert "\0" not in text, "validated at the edge"
    return "'" + text.replace("'", "'\\''") + "'"


def visible_devices(stack: str, devices: Sequence[int]) -> dict[str, str]:
    """The variables that show a program these devices of its server and no others; nothing for a stack that has no such variable."""
    return {name: separator.join(form.format(one) for one in devices) for name, separator, form in VISIBLE.get(stack, ())}


class Rank(NamedTuple):
    """One process of a gang: its server's number, how often the program is started there, its number there, and the devices it is shown.

    `devices`: how many its server gives; every server gives equally many.
    """

    hosts: tuple[str, ...]
    node_rank: int
    devices: int
    each: int
    local_rank: int
    shown: tuple[int, ...]
    stack: str
    master_port: int = MASTER_PORT
    started_on: int = 0
    """Servers on which the program is started; 0: on all."""

    @property
    def rank(self) -> int:
        return self.node_rank * self.each + self.local_rank

    @property
    def world(self) -> int:
        return self.each * (self.started_on or len(self.hosts))


def _rank(spec: JobSpec, place: Place, local_rank: int) -> Rank:
    alone = spec.launch == "accelerator"
    shown = place.devices[local_rank : local_rank + 1] if alone else place.devices
    each = len(place.devices) if alone else 1
    return Rank(place.hosts, place.node_rank, len(place.devices), each, local_rank, shown, place.stack, place.master_port)


def environment(spec: JobSpec, place: Place, local_rank: int = 0) -> dict[str, str]:
    """Everything that is set for one process of a job on one server: the spec's own variables, then ours, which win.

    `launch: node` and `first` start one process a server, so ranks count servers and torchrun counts on from there; `accelerator` starts
    one for each device, as `srun -n` does, and ranks count devices.
    """
    theirs = {"DURE_ATTEMPT": place.attempt, "DURE_FOLDER": place.folder, "DURE_ENDS_AT": str(place.ends_at)}
    ours = {**_job(spec, place.job, place.pool, place.task, place.restarts), **theirs, **rank_variables(_rank(spec, place, local_rank))}
    return {**spec.variables, **ours}


def slurm_variables(spec: JobSpec, place: Place, local_rank: int = 0) -> dict[str, str]:
    """What scripts written for Slurm read. On a site that runs Slurm its own values stand; elsewhere these."""
    there = {"SLURM_JOB_END_TIME": str(place.ends_at), "SLURM_SUBMIT_DIR": place.folder}
    return {**_slurm_job(spec, place.job, place.task, place.restarts), **slurm_rank_variables(_rank(spec, place, local_rank)), **there}


def job_variables(spec: JobSpec, job: str, pool: str, task: int | None, restarts: int) -> dict[str, str]:
    """What is the same wherever a job runs, in our words and in Slurm's. `job`: as people call it, `j12` or `j12.3`."""
    return {**_job(spec, job, pool, task, restarts), **_slurm_job(spec, job, task, restarts)}


def _job(spec: JobSpec, job: str, pool: str, task: int | None, restarts: int) -> dict[str, str]:
    found = {"DURE_JOB": job, "DURE_NAME": spec.name, "DURE_PROJECT": spec.project or "", "DURE_POOL": pool, "DURE_RESTARTS": str(restarts)}
    if task is not None and spec.array is not None:
        numbers = spec.array.ranges
        found |= {
            "DURE_TASK": str(task),
            "DURE_TASKS": str(spec.array.tasks),
            "DURE_TASK_FIRST": str(min(first for first, _, _ in numbers)),
            "DURE_TASK_LAST": str(max(last for _, last, _ in numbers)),
        }
    if spec.port is not None:
        found["DURE_PORT"] = str(spec.port)
    return found


def _slurm_job(spec: JobSpec, job: str, task: int | None, restarts: int) -> dict[str, str]:
    """Numbers, because scripts count with them: the j goes, and the task has a variable of its own."""
    number = job.removeprefix("j").partition(".")[0]
    found = {"SLURM_JOB_ID": number, "SLURM_JOBID": number, "SLURM_JOB_NAME": spec.name, "SLURM_RESTART_COUNT": str(restarts)}
    if task is not None:
        found |= {"SLURM_ARRAY_JOB_ID": number, "SLURM_ARRAY_TASK_ID": str(task)}
    if task is not None and spec.array is not None:
        numbers = spec.array.ranges
        found |= {
            "SLURM_ARRAY_TASK_COUNT": str(spec.array.tasks),
            "SLURM_ARRAY_TASK_MIN": str(min(first for first, _, _ in numbers)),
            "SLURM_ARRAY_TASK_MAX": str(max(last for _, last, _ in numbers)),
        }
    return found


def rank_variables(one: Rank) -> dict[str, str]:
    """Where a process stands: ours, what torch.distributed reads, and (PET_) what torchrun takes for its options.

    `torchrun train.py` alone spans the gang.
    """
    master, nodes = one.hosts[0], len(one.hosts)
    return {
        "DURE_NODES": str(nodes),
        "DURE_NODE_RANK": str(one.node_rank),
        "DURE_NODE_LIST": ",".join(one.hosts),
        "DURE_ACCELERATORS": str(one.devices * nodes),
        "DURE_ACCELERATORS_PER_NODE": str(one.devices),
        "DURE_DEVICES": ",".join(map(str, one.shown)),
        "DURE_STACK": one.stack,
        "DURE_TORCH_DEVICE": TORCH_DEVICE.get(one.stack, ""),
        "MASTER_ADDR": master,
        "MASTER_PORT": str(one.master_port),
        "WORLD_SIZE": str(one.world),
        "RANK": str(one.rank),
        "LOCAL_RANK": str(one.local_rank),
        "LOCAL_WORLD_SIZE": str(one.each),
        "NODE_RANK": str(one.node_rank),
        "PET_NNODES": str(nodes),
        "PET_NODE_RANK": str(one.node_rank),
        "PET_NPROC_PER_NODE": str(max(1, one.devices)),
        "PET_MASTER_ADDR": master,
        "PET_MASTER_PORT": str(one.master_port),
        **visible_devices(one.stack, one.shown),
    }


def slurm_rank_variables(one: Rank) -> dict[str, str]:
    """The same in Slurm's words."""
    return {
        "SLURM_JOB_NODELIST": ",".join(one.hosts),
        "SLURM_NNODES": str(len(one.hosts)),
        "SLURM_JOB_NUM_NODES": str(len(one.hosts)),
        "SLURM_NODEID": str(one.node_rank),
        "SLURM_NTASKS": str(one.world),
        "SLURM_PROCID": str(one.rank),
        "SLURM_LOCALID": str(one.local_rank),
        "SLURM_GPUS_ON_NODE": str(one.devices),
    }


def wrapper_text(spec: JobSpec, place: Place) -> str:
    """The script that one server runs for one attempt: into the folder, the environment, the commands. Its exit code is the program's.

    With `launch: accelerator` it starts one process for each device and waits for all: the first that fails stops the others and gives the
    exit code. With `launch: first` the other servers have nothing to start.
    """
    lines = ["#!/bin/sh", f"cd -- {quoted(place.folder)} || exit 125"]
    if spec.launch == "first" and place.node_rank:
        return "\n".join([*lines, "exit 0", ""])
    lines += _exports(environment(spec, place))
    lines += [f'[ -n "${{{name}+x}}" ] || {name}={quoted(value)}; export {name}' for name, value in slurm_variables(spec, place).items()]
    lines += _start(spec)
    if spec.launch == "accelerator":
        return "\n".join([*lines, *_each(spec, place), ""])
    return "\n".join([*lines, "start", ""])


def _exports(variables: Mapping[str, str]) -> list[str]:
    return [f"export {_name(name)}={quoted(value)}" for name, value in variables.items()]


def _name(name: str) -> str:
    assert VARIABLE.fullmatch(name), f"{name!r} is validated at the edge"
    return name


def command(spec: JobSpec, script: str) -> tuple[tuple[str, ...], bytes | None]:
    """What an engine starts, and the content of the file *script* that it starts with it, if there is one.

    Commands run in `sh -e`, a text that begins with `#!` is a script of the program that it names (one argument after it at most, as the
    kernel reads such lines), and an interactive job that says nothing opens a shell.
    """
    if spec.run is None:
        return ("/bin/sh", "-c", 'exec "${SHELL:-/bin/sh}" -l'), None
    if not spec.run.startswith("#!"):
        return ("/bin/sh", "-e", "-c", spec.run), None
    named = spec.run[2:].partition("\n")[0].strip().split(None, 1) or ["/bin/sh"]
    return (*named, script), spec.run.encode()


def _start(spec: JobSpec) -> list[str]:
    """`start` becomes the program; the script that it needs is written beside it first."""
    argv, content = command(spec, _SCRIPT)
    words = " ".join('"$dure_run"' if word == _SCRIPT else quoted(word) for word in argv)
    if content is None:
        return [f"start() {{ exec {words}; }}"]
    return [
        "dure_run=$(mktemp ./.dure-run.XXXXXX) || exit 125",
        f'printf %s {quoted(content.decode())} >"$dure_run" || exit 125',
        f"start() {{ exec {words}; }}",
    ]


def _each(spec: JobSpec, place: Place) -> list[str]:
    """One process for each device, each with its own ranks and its own device."""
    lines = ["dure_all="]
    for local_rank in range(len(place.devices)):
        own = environment(spec, place, local_rank)
        first = environment(spec, place)
        changed = {name: value for name, value in own.items() if first[name] != value}
        slurm = slurm_variables(spec, place, local_rank)
        changed |= {name: slurm[name] for name in ("SLURM_PROCID", "SLURM_LOCALID")}
        lines += ["(", *_exports(changed), "start", ") &", 'dure_all="$dure_all $!"']
    return [
        *lines,
        "trap 'kill $dure_all 2>/dev/null' INT TERM",
        "dure_code=0",
        "for dure_one in $dure_all; do",
        '  wait "$dure_one" || { dure_code=$?; kill $dure_all 2>/dev/null; break; }',
        "done",
        "wait",
        "exit $dure_code",
    ]
