"""docs/JOBSPEC.md, made from the schema, the grammar and the table of sbatch's options: it cannot say what the reader does not do."""

from __future__ import annotations

from dure.operate.ports import Program
from dure.operate.unserved import STAYED_S
from dure.policy.layout import CANCEL_NOTICE_S, PAUSE_NOTICE_S
from dure.present.job_tables import fate
from dure.present.numbers import Lang
from dure.present.words import Words
from dure.wire.jobspec import jobspec_schema
from dure.wire.jobspec_parts import ARRAY_FORMS
from dure.wire.safe import PATH_BYTES_MAX, RUN_BYTES_MAX, VALUE_BYTES_MAX
from dure.wire.sbatch import TIME_FORMS, Directive
from dure.wire.sbatch_options import OPTIONS
from dure.wire.scenario_docs import part_tables
from dure.wire.wish import GRAMMAR
from dure.wire.wrapper import VISIBLE, visible_devices

_HEAD = """\
# Job specs

A job spec says what is to run, on how much, and for how long: one text for every vendor and site. It is a YAML file, or an sbatch
script as it is. This page is made from the schema that `dure schema job` prints; `dure check FILE` tells everything that is wrong at
once, with file, line, field and remedy.

```yaml
name: finetune-llama3-8b
project: vision
framework: pytorch                 # the site supplies the image or environment for its vendor
workload: llm-finetune             # key into the speed matrix
accelerators: {count: 16, memory: 80GB.., training: true}
time: 8h                           # on the reference accelerator, an H100 SXM
checkpoint: 30m                    # so it may be preempted, and moved between vendors
run: torchrun train.py
```

```console
$ dure check examples/jobs/hello.yaml examples/jobs/finetune.yaml examples/jobs/service.yaml examples/jobs/array.yaml
examples/jobs/hello.yaml: ok · job spec · 1 accelerator
examples/jobs/finetune.yaml: ok · job spec · 16 accelerators · each 80GB.. · trains · class llm-finetune
```

## Before you submit

`dure jobs explain` asks a fleet what it would do with a job: nothing is submitted. Without `--fleet` it asks the service, which also says
where it would run as things stand, and what the live grants of the project have left. With `--fleet` it asks nobody.

```console
$ dure jobs explain examples/jobs/finetune.yaml --fleet examples/quickstart.yaml
hill/h200 H200 1.194 published 6 h 42 min
hill/mi300x MI300X 0.985 published 8 h 7 min
river/rngd RNGD 48 GB of memory, asked for 80GB..
Time limit = the time at the lowest speed that would not surprise
```

- **Which pools.** The same law as the twin's: models and memory that the job insists on, training, framework, a known speed, and room for
  all of its accelerators at once. A pool that fails names every part it fails, with what it has and what was asked for. A framework of
  which no source says whether it runs on a stack (`frameworks.csv`) is not refused; the answer says so.
- **How fast.** Relative to one H100 SXM, with the range that would not surprise. *published*: one measured result, no spread is known.
  *assumed*: somebody's figure with a range, in the scenario or in the catalogue. A job without a workload class is `generic`, whose speed
  on other models is assumed to lie anywhere between 0.025 and 4.611, so its limit there is long: name the class.
- **Time limit = ⌈time / lowest speed⌉.** `time` is on the reference accelerator; with `time_on: machine`, as in an sbatch script, it is on
  the machine that the job is given, and the limit is the time as written.
- **Credits.** Accelerators × hours × billing weight of the model, for all tasks of an array; *at most* is that of the time limit.
- **What would fit more pools.** Each line is one change, judged anew, with the pools that it alone wins.
- Times count from the start of the job: how long it waits is another question. Exit code 1: no pool can run it as it is written.

A service has no end, so it is told what an hour costs; an array, when its last task would end:

```console
$ dure jobs explain examples/jobs/service.yaml --fleet examples/quickstart.yaml
river/rngd RNGD
hill/h200 H200 it is not domestic
$ dure jobs explain examples/jobs/array.yaml --fleet examples/quickstart.yaml
river/rngd RNGD 0.25 (0.15–0.4) assumed
state or assume the speed of this class there (catalog: speeds, assume): wins hill/h200
Time limit = the time at the lowest speed that would not surprise, rounded up: 20 min / 0.15 = 2 h 13 min
```

## How a spec is read

YAML 1.2, strictly, with amounts as in [scenario files](SCENARIO.md#how-a-file-is-read): `8h`, `80GB..`. A key that is not listed here is an
error that names the nearest one. What is written again (`--json` prints it as `spec`) reads back as the same spec.

"""

_SBATCH = """\

## An sbatch script as it is

A file that begins with `#!` or has `#SBATCH` lines is a script. The script itself is what runs, on the first server, as sbatch does it
(`launch: first`), and **its time is that of the machine it is given** (`time_on: machine`). `-t` takes
{times}.
Accelerators are counted as Slurm counts them: `--gres` and `--gpus-per-node` for each server, `--gpus` in all, `--gpus-per-task`
times `-n`. A directive below the first command is ignored, as sbatch ignores it.
Lines `#DURE key: value` add what Slurm has no word for (`#DURE workload: vision-train`); sbatch takes them for comments.
No directive is dropped in silence: `dure check` lists each with what happens to it. An option that sbatch does not have is an error, and so
is what cannot be carried over without changing the job: `aftercorr`, `singleton`, two models at once, a job without an end.

```console
$ dure check examples/jobs/legacy.sbatch
examples/jobs/legacy.sbatch: ok · sbatch script · 16 accelerators · on 2 servers
line 4: --partition=gpu · kept for sites that run Slurm
line 9: --output=logs/%x-%j.out · ignored: dure keeps the logs of every attempt
```

| option | what happens |
|---|---|
"""

_SLURMS = "Slurm's own on a site that runs it; set by dure elsewhere"

_ENVIRONMENT = """\

## What a program finds in its environment

One process a server is started (`launch: node`), and ranks count servers; `torchrun train.py` alone spans the whole gang, because
torchrun takes its options from `PET_…`. With `launch: accelerator` one process for each device is started, as `srun -n` does, and ranks
count devices.

| variables | what they hold |
|---|---|
{rows}
Devices are chosen by the variable of their vendor, which a job cannot set itself:

| software stack | variable |
|---|---|
"""

_VARIABLES: tuple[tuple[str, str], ...] = (
    ("DURE_JOB DURE_ATTEMPT DURE_NAME DURE_PROJECT DURE_POOL", "who runs where; an attempt is one run of a job"),
    ("DURE_NODES DURE_NODE_RANK DURE_NODE_LIST", "servers of the gang, the number of this one, names joined by commas"),
    ("DURE_ACCELERATORS DURE_ACCELERATORS_PER_NODE DURE_DEVICES", "in all, on each server, the indices given here"),
    ("DURE_STACK DURE_TORCH_DEVICE", "software stack of the vendor, and what PyTorch calls its device: `cuda`, `hpu`, `xpu` …"),
    ("DURE_FOLDER DURE_ENDS_AT DURE_RESTARTS DURE_PORT", "folder, Unix second of the limit, attempts before, port of a service"),
    (
        "DURE_CHECKPOINT DURE_NOTICE",
        "file to touch when work was saved; file that holds `why` and `by` (a Unix second) once the job is asked to end",
    ),
    ("DURE_DATA_NAME", "where a named data set lies: the name in capitals, other signs as `_`, such as DURE_DATA_IMAGENET"),
    ("DURE_TASK DURE_TASKS DURE_TASK_FIRST DURE_TASK_LAST", "number of this task of an array, how many there are, first and last number"),
    ("MASTER_ADDR MASTER_PORT WORLD_SIZE RANK LOCAL_RANK LOCAL_WORLD_SIZE NODE_RANK", "as torch.distributed reads them"),
    ("PET_NNODES PET_NODE_RANK PET_NPROC_PER_NODE PET_MASTER_ADDR PET_MASTER_PORT", "options of torchrun"),
    ("SLURM_JOB_ID SLURM_JOBID SLURM_JOB_NAME SLURM_ARRAY_JOB_ID SLURM_ARRAY_TASK_ID SLURM_RESTART_COUNT", _SLURMS),
    ("SLURM_JOB_NODELIST SLURM_JOB_NUM_NODES SLURM_NNODES SLURM_NODEID SLURM_NTASKS SLURM_PROCID SLURM_LOCALID", "the same"),
    ("SLURM_ARRAY_TASK_COUNT SLURM_ARRAY_TASK_MIN SLURM_ARRAY_TASK_MAX", "the same"),
    ("SLURM_GPUS_ON_NODE SLURM_JOB_END_TIME SLURM_SUBMIT_DIR", "the same"),
)

_AFTER = """\

## What becomes of a job

- **Waiting for jobs.** `after: {{j12: ok, prep: any}}` names ids, or the last job of that name in the project. `ok` (`afterok` of sbatch)
  waits until it has completed, `any` (`afterany`) until it has ended, `notok` (`afternotok`) until it has ended otherwise, `started`
  (`after`) until it has begun. Of an array, all its tasks count. A condition that can never come cancels the job: `dure why` says which.
- **Arrays.** `array: 1-100%10` keeps ten tasks in the queue or running. `dure ps` shows an array as one line with how many tasks are in
  each state; `j12.7` is one task, to look at, cancel or pause.
- **Large arrays.** An array is one act with a count. At most 5,000 of its tasks wait as jobs at one moment and are `QUEUED`; the others
  are `NEW`, a number in one row, and become jobs in their order as those are placed. Every task counts as an open job from the beginning.
  `dure cancel` drops what is not a job yet at once; a task that somebody names (`dure cancel j12.7`) becomes a job before its turn.
- **Attempts.** What a site breaks, or the policy preempts, goes back to the queue and is another attempt. A program that fails (an exit
  code that is not 0, a signal) is tried again only as often as `retries` says; one that hits its time limit is not. `dure ps JOB` lists
  them.
- **Being asked to end.** SIGTERM to every process, then SIGKILL at the deadline: {cancel} s after a cancel, {pause} s after a pause, at the
  time limit {limit} s, and the notice of the quality of service or of the lent servers otherwise. Why stands in the log and in the file
  `$DURE_NOTICE`: `preempted`, `recalled`, `canceled`, `paused`, `time_limit`. Touch `$DURE_CHECKPOINT` whenever work is saved: what was
  done before that counts as kept.
- **Pause.** `dure pause JOB` takes a job out of the queue until `dure resume JOB`. One that runs is given notice first, and only if it
  names a `checkpoint`: otherwise its work would be lost, and the request is refused.
- **Interactive jobs and shells.** `dure ssh JOB` opens a terminal beside a running job of yours: in its folder, with its variables and its
  devices; `dure ssh JOB PROGRAM ARGUMENT…` runs one program there and ends with its exit code. A job of `kind: interactive` without `run`
  holds its devices until its time is over, for such shells; cancel it when you are done.
- **Services.** One of `kind: service` starts again whenever it ends, unless that was within {stayed} s of its start: then it has failed.
- **Notices.** `notify: {{mail: on-start,on-end}}` goes to the address of the account, where the service has a mail server (`DURE_SMTP`,
  `DURE_MAIL_FROM`; the answer to a submit says so where it has none). `webhook: https://…` is posted to for every event, as JSON, signed
  (`Dure-Signature: t=SECOND,v1=HMAC-SHA256 of SECOND.BODY` under the key in DATA/notices.key), and to public addresses only unless the
  operator sets `DURE_WEBHOOK_LOCAL`. What does not get through is tried for two days. Each host has a lane of its own and 20 s a notice in
  all, so one that is slow or down holds up nobody else's. Of an array one notice is sent for each event.
- **What no site does** is refused, never passed over: `health` and more than one of `replicas`. What one site does and another does not
  (`env`, `image`) is a reason in the verdict on its pools; `data`, `env` and `image` are [DATA.md](DATA.md)'s.
  Accelerators that fit on one server are given on one, also where `nodes` says two.
- **What pays.** The project's own dedicated servers where one fits, else credits; `allocation: credits`, or the number of a grant, says
  otherwise. The answer to `dure submit` says which.
- **Limits.** `policy: limits:` of the served scenario holds how many jobs a project and a person may have open, and how many requests may
  wait; beyond that a request is answered 429 with Retry-After.
"""

_SAFETY = """\

## What a spec cannot do

- Paths in `files`, `outputs` and `env` stay inside the folder of the job: no absolute path, no `..`, no control character, no name that
  begins with `-`; at most {path:,} bytes.
- Names are letters of any script, digits and `_ . + -`, and begin with a letter, a digit or `_`: no blank, quote or slash.
- Variables may hold any text but NUL, up to {value:,} bytes; commands up to {run:,}. They are quoted, never pasted: tests hand hostile
  texts to a real `sh`. `DURE_…`, `SLURM_…`, `PET_…` and the variables that choose devices are dure's.
- Options in `slurm` are from a list: none of them runs anything, names a user or a folder.
- Notices go to `https://` addresses without a name or password; mail goes to the address of the account.
"""


def jobspec_page() -> str:
    """The whole page."""
    say = Words(Lang.EN)
    text = _HEAD + part_tables(jobspec_schema(), "JobSpec", "Keys")
    text += f"\nAn array is written as Slurm does: {ARRAY_FORMS}.\n"
    text += (
        f"\n## The accelerator grammar\n\ndstack's, as it is. A number alone is a count of any model.\n\n```\n{GRAMMAR}```\n\n{_EXAMPLES}"
    )
    text += _SBATCH.format(times=TIME_FORMS)
    for one in OPTIONS:
        name = f"`--{one.name}`" + (f" `-{one.short}`" if one.short else "")
        text += f"| {name} | {fate(Directive(0, '', one.fate, one.about), say)} |\n"
    rows = (f"| {' '.join(f'`{name}`' for name in names.split())} | {meaning} |\n" for names, meaning in _VARIABLES)
    text += _ENVIRONMENT.format(rows="".join(rows))
    for stack in VISIBLE:
        chosen = ", ".join(f"`{name}={value}`" for name, value in visible_devices(stack, (0, 1)).items())
        text += f"| {stack} | {chosen} |\n"
    text += _AFTER.format(cancel=CANCEL_NOTICE_S, pause=PAUSE_NOTICE_S, limit=Program(()).grace_s, stayed=STAYED_S)
    return text + _SAFETY.format(path=PATH_BYTES_MAX, value=VALUE_BYTES_MAX, run=RUN_BYTES_MAX)


_EXAMPLES = """\
| text | meaning |
|---|---|
| `16` | sixteen of any model |
| `mi300x:8` | eight MI300X |
| `24GB..:2` | two with at least 24 GB each |
| `amd:80GB..` | one of AMD's with at least 80 GB |
| `nvidia:h100,h200:8:80GB..` | eight H100, or eight H200, of NVIDIA's, with at least 80 GB each |
| `domestic:4` | four of a domestic vendor |
"""
