"""sbatch scripts as they are: every form of time and of accelerators, and the fate of every directive."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.adapters.jobspecs import LoadedJob, load_job, looks_like_job, read_job
from dure.model.errors import ScenarioError
from dure.present.phrases_jobs import JOBS
from dure.wire.jobspec import JobSpec
from dure.wire.jobspec_parts import SITE_OPTIONS
from dure.wire.sbatch import slurm_time_s
from dure.wire.sbatch_options import OPTIONS, REASONS

ROOT = Path(__file__).parents[2]


def script(*directives: str, body: str = "python train.py") -> LoadedJob:
    return read_job("\n".join(["#!/bin/bash", *(f"#SBATCH {one}" for one in directives), body, ""]), "runs/my job.sh")


def trouble(*directives: str) -> str:
    with pytest.raises(ScenarioError) as error:
        script(*directives)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 1_800),
        ("90:15", 5_415),
        ("1:30:00", 5_400),
        ("2-3", 2 * 86_400 + 3 * 3_600),
        ("2-3:4", 2 * 86_400 + 3 * 3_600 + 4 * 60),
        ("2-3:4:5", 2 * 86_400 + 3 * 3_600 + 4 * 60 + 5),
        ("0-0:30", 1_800),
        ("UNLIMITED", None),
        ("1h", None),
        ("1:2:3:4", None),
        ("", None),
    ],
)
def test_every_form_of_a_time(text: str, seconds: int | None) -> None:
    assert slurm_time_s(text) == seconds


@given(st.integers(0, 30), st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_times_add_up(days: int, hours: int, minutes: int, seconds: int) -> None:
    assert slurm_time_s(f"{days}-{hours}:{minutes:02}:{seconds:02}") == ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    assert slurm_time_s(f"{hours}:{minutes:02}:{seconds:02}") == (hours * 60 + minutes) * 60 + seconds
    assert slurm_time_s(f"{minutes}:{seconds:02}") == minutes * 60 + seconds


@pytest.mark.parametrize(
    ("directives", "count", "nodes", "models"),
    [
        (("--gres=gpu:a100:4",), 4, 1, ["a100"]),
        (("--gres=gpu:4",), 4, 1, []),
        (("--gres=gpu",), 1, 1, []),
        (("--gres=gpu:h100",), 1, 1, ["h100"]),
        (("--gres=npu:rngd:2",), 2, 1, ["rngd"]),
        (("-N 2", "--gres=gpu:h100:8"), 16, 2, ["h100"]),
        (("-N2 --gpus-per-node=h100:8",), 16, 2, ["h100"]),
        (("--gpus=16",), 16, None, []),
        (("-G 16 -N 4",), 16, 4, []),
        (("-n 8 --gpus-per-task=1",), 8, None, []),
        (("-n 8 --ntasks-per-node=4 --gpus-per-task=2",), 16, 2, []),
        (("-N 3 --ntasks-per-node=4 --gpus-per-task=1",), 12, 3, []),
        (("--nodes=2-4", "--gpus-per-node=4"), 8, 2, []),
        (("--gpus 8", "--gpus-per-node 8"), 8, 1, []),
        (("--gres=nvme:1,gpu:2",), 2, 1, []),
    ],
)
def test_accelerators_as_slurm_counts_them(directives: tuple[str, ...], count: int, nodes: int | None, models: list[str]) -> None:
    found = script("-t 60", *directives).spec
    assert found.accelerators.count == (count, count)
    assert found.nodes == nodes
    assert [name for one in found.accelerators.any_of for name in one.names] == models


def test_a_script_is_the_job_that_it_describes() -> None:
    job = load_job(ROOT / "examples" / "jobs" / "legacy.sbatch")
    found = job.spec
    assert (found.name, found.project, found.time_s, found.time_on, found.launch) == ("train-resnet", "vision", 129_600, "machine", "first")
    assert (found.accelerators.count.least, found.nodes, found.workload, found.framework) == (16, 2, "vision-train", "pytorch")
    assert found.slurm == {"partition": "gpu", "mem": "512G", "cpus-per-task": "64", "ntasks-per-node": "1"}
    assert found.notify is not None
    assert found.notify.mail == ("on-end", "on-fail")
    assert found.run == (ROOT / "examples" / "jobs" / "legacy.sbatch").read_text(encoding="utf-8")


def test_every_directive_is_accounted_for() -> None:
    """Each option of the file is listed, with one fate; none is lost."""
    text = (ROOT / "examples" / "jobs" / "legacy.sbatch").read_text(encoding="utf-8")
    written = sum(
        len(re.findall(r"(?:^|\s)-{1,2}[A-Za-z]", line.split(" #")[0].removeprefix("#SBATCH")))
        for line in text.splitlines()
        if line.startswith("#SBATCH")
    )
    job = load_job(ROOT / "examples" / "jobs" / "legacy.sbatch")
    assert len(job.directives) == written
    assert {one.fate for one in job.directives} == {"becomes", "kept", "ignored"}


def test_names_dependencies_and_arrays_become_keys() -> None:
    found = script("-t 5 -G 1 -a 1-100%10 -d afterok:12:13,afterany:9,after:4 -q urgent").spec
    assert found.name == "my-job"
    assert found.after == {"12": "ok", "13": "ok", "9": "any", "4": "started"}
    assert found.array is not None
    assert (found.array.tasks, found.array.at_once, found.qos) == (100, 10, "urgent")


def test_what_stands_below_the_first_command_or_in_a_comment_is_not_read() -> None:
    job = read_job("#!/bin/sh\n##SBATCH -N 9\n# SBATCH -N 8\n#SBATCH -G 1 -t 5 # -N 7\necho\n#SBATCH -N 6\n", "a.sh")
    assert job.spec.nodes is None
    assert [(one.line, one.about) for one in job.directives if one.fate == "ignored"] == [(6, "below")]


@pytest.mark.parametrize(
    ("directives", "said"),
    [
        (("-t 60",), "asks for no accelerator; add #SBATCH --gpus=1"),
        (("--gpus=1",), "time: is missing"),
        (("--gpus=1 -t UNLIMITED",), "my job.sh:2: --time: `UNLIMITED` is not a time limit"),
        (("-t 5", "--gres=gpu:a100:2,gpu:h100:2"), "my job.sh:3: --gres: `gpu:a100:2,gpu:h100:2` asks for two models at once"),
        (("-t 5 --gpus=4", "--gpus-per-node=8"), "--gpus=4, --gpus-per-node=8 say different things; ask once"),
        (("-t 5 --gpus=7 -N 2",), "7 accelerators do not divide over 2 nodes"),
        (("-t 5 --gpus=1 --gress=x",), "sbatch has no option `--gress=x`; did you mean `--gres`?"),
        (("-t 5 --gpus=1 -Z",), "sbatch has no option `-Z`"),
        (("-t 5 --gpus=1", "--dependency=aftercorr:7"), "my job.sh:3: --dependency: `aftercorr:7` has no counterpart here"),
        (("-t 5 --gpus=1 -d singleton",), "`singleton` has no counterpart"),
        (("-t 5 --gpus=1 -N two",), "--nodes: `two` is not a number"),
        (("-t 5 --gres=gpu:a100:x",), "`gpu:a100:x` cannot be read"),
        (("-t 5 --gpus=1 -J",), "--job-name: has no value"),
        (("-t 5 --gpus=1 -J 'a b'",), "my job.sh:2: name: `a b` is not a name"),
        (("-t 5 --gpus=1 -p '$(id)'",), "slurm.partition: `$(id)` cannot be handed to a site"),
        (("-t 5 --gpus=1", "hetjob"), "a job of unlike parts"),
        (("-t 5 --gpus=1 -J 'a",), "the line cannot be read"),
    ],
)
def test_what_cannot_be_carried_over_is_an_error_with_its_line(directives: tuple[str, ...], said: str) -> None:
    assert said in trouble(*directives)


def test_lines_for_dure_add_what_slurm_has_no_word_for() -> None:
    text = (
        "#!/bin/sh\n#SBATCH -G 8 -t 60\n#DURE workload: llm-finetune\n#DURE checkpoint: 10m\n#DURE accelerators: {training: true}\ntrue\n"
    )
    found = read_job(text, "a.sh").spec
    assert (found.workload, found.checkpoint_s, found.accelerators.training, found.accelerators.count.least) == (
        "llm-finetune",
        600,
        True,
        8,
    )
    with pytest.raises(ScenarioError, match=r"a.sh:3: wrkload: unknown key"):
        read_job(text.replace("workload", "wrkload"), "a.sh")


def test_the_table_of_options_is_whole() -> None:
    assert len({one.name for one in OPTIONS}) == len(OPTIONS) > 80
    shorts = [one.short for one in OPTIONS if one.short]
    assert len(set(shorts)) == len(shorts)
    assert {one.name for one in OPTIONS if one.fate == "kept"} <= set(SITE_OPTIONS)
    assert {f"sbatch.why.{one}" for one in REASONS} == {key for key in JOBS if key.startswith("sbatch.why.")}


@pytest.mark.parametrize("option", [one for one in OPTIONS if one.fate == "ignored"], ids=lambda one: one.name)
def test_an_ignored_option_says_why(option: object) -> None:
    assert hasattr(option, "name")
    value = "" if option.takes == "none" else "=x"
    job = script("-t 5 -G 1", f"--{option.name}{value}")
    assert [one.fate for one in job.directives if one.text.startswith(f"--{option.name}")] == ["ignored"]


def test_long_options_may_be_cut_short_as_sbatch_allows() -> None:
    assert script("-t 5 --gpus=1 --depend=afterok:1").spec.after == {"1": "ok"}


@pytest.mark.parametrize(("gpus", "nodes", "per_task"), list(product((1, 2, 8), (1, 2), (1, 4))))
def test_per_node_and_per_task_are_multiplied(gpus: int, nodes: int, per_task: int) -> None:
    assert script(f"-t 5 -N {nodes} --gpus-per-node={gpus}").spec.accelerators.count.least == gpus * nodes
    assert script(f"-t 5 -n {gpus} --gpus-per-task={per_task}").spec.accelerators.count.least == gpus * per_task


@pytest.mark.parametrize(
    ("text", "is_job"),
    [
        ("#!/bin/bash\ntrue\n", True),
        ("name: a\nrun: b\n", True),
        ("sites: []\n", False),
        ("extends: x.yaml\ntime: 3\n", False),
        ("tender: {}\n", False),
        ("name: a\n", False),
        ("[1]\n", False),
        ("a: [\n", False),
    ],
)
def test_content_tells_job_specs_from_scenarios(tmp_path: Path, text: str, is_job: bool) -> None:
    path = tmp_path / "any.name"
    path.write_text(text, encoding="utf-8")
    assert looks_like_job(path) is is_job


def test_no_scenario_of_the_examples_looks_like_a_job() -> None:
    assert [path.name for path in (ROOT / "examples").glob("*.yaml") if looks_like_job(path)] == []
    assert all(looks_like_job(path) for path in (ROOT / "examples" / "jobs").iterdir())


VALUES = st.one_of(
    st.sampled_from(["1", "8", "gpu:2", "gpu:a100:4", "gpu", "1-2:3", "0-3%2", "afterok:7", "x", "END,FAIL", "90", "1:2:3", "2-4"]),
    st.sampled_from(["", "$(id)", "a b", "'q", "-1"]),
    st.text(max_size=8),
)
LINES = st.one_of(
    st.tuples(st.sampled_from(OPTIONS), st.sampled_from("= "), VALUES).map(lambda one: f"#SBATCH --{one[0].name}{one[1]}{one[2]}"),
    st.tuples(st.sampled_from([one for one in OPTIONS if one.short]), VALUES).map(lambda one: f"#SBATCH -{one[0].short} {one[1]}"),
    st.sampled_from(["", "# c", "echo hi", "#DURE workload: generic", "#DURE x", "#SBATCH", "#SBATCH hetjob"]),
    st.text(max_size=20),
)


def _read(text: str) -> LoadedJob | ScenarioError:
    try:
        return read_job(text, "a.sh")
    except ScenarioError as error:
        return error


@given(st.lists(LINES, max_size=6))
@settings(max_examples=200)
def test_any_script_is_a_job_or_says_what_to_mend(lines: list[str]) -> None:
    text = "\n".join(["#!/bin/bash", "#SBATCH -G 1 -t 5", *lines])
    found = _read(text)
    if isinstance(found, ScenarioError):
        assert all(one.remedy and one.where.file == "a.sh" for one in getattr(found, "errors", (found,)))
    else:
        assert JobSpec.model_validate(found.spec.written()) == found.spec
        assert found.spec.run == text
