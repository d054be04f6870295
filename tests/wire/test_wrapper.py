"""The wrapper of a job: what a person wrote reaches the program exactly, and nothing of it reaches the shell. Run by a real `sh`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.adapters.catalogs import load_catalog
from dure.wire.jobspec import JobSpec
from dure.wire.safe import VISIBLE_NAMES
from dure.wire.wrapper import TORCH_DEVICE, VISIBLE, Place, command, environment, quoted, slurm_variables, visible_devices, wrapper_text

HOSTILE = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=60),
    st.lists(
        st.sampled_from(
            [
                "'",
                '"',
                "\\",
                "$(id)",
                "`id`",
                "${HOME}",
                "\n",
                ";",
                "&",
                "|",
                ">",
                "<",
                "*",
                "~",
                "#",
                "!",
                "{",
                "}",
                "-n",
                "%s",
                "%n",
                "=",
                " ",
                "\t",
                "\r",
                "한",
            ]
        ),
        max_size=12,
    ).map("".join),
)


def job(**more: Any) -> JobSpec:
    return JobSpec.model_validate({"name": "a", "accelerators": 8, "time": "1h", "run": "env -0", **more})


def place(folder: Path | str, **more: Any) -> Place:
    given_ = {"hosts": ("n1",), "node_rank": 0, "devices": (0, 1), "stack": "cuda", "pool": "s/p", "ends_at": 1_800_000_000, **more}
    return Place(job="7", attempt="7.1", folder=str(folder), **given_)


SHELLS = tuple(path for path in ("/bin/sh", "/bin/bash") if Path(path).exists())
"""sh is dash here and bash elsewhere; they differ in what they read inside quotes."""


def run(text: str, folder: Path, shell: str = "/bin/sh", **env: str) -> subprocess.CompletedProcess[bytes]:
    script = folder / "wrapper.sh"
    script.write_bytes(text.encode())
    return subprocess.run(
        [shell, str(script)], capture_output=True, check=False, env={"PATH": os.environ["PATH"], **env}, timeout=60, cwd="/"
    )


def told(done: subprocess.CompletedProcess[bytes]) -> dict[str, str]:
    """What `env -0` printed."""
    assert done.returncode == 0, done.stderr
    return dict(pair.decode().split("=", 1) for pair in done.stdout.split(b"\0") if pair)


@given(HOSTILE)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_quoted_word_is_exactly_its_text(text: str) -> None:
    for shell in SHELLS:
        done = subprocess.run([shell, "-c", f"printf %s {quoted(text)}"], capture_output=True, check=True)
        assert done.stdout == text.encode()


@given(value=HOSTILE, label=HOSTILE)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_hostile_values_reach_the_program_as_they_are_and_run_nothing(tmp_path: Path, value: str, label: str) -> None:
    folder = tmp_path / "it's \\ $(touch x) } a `id` folder"
    folder.mkdir(exist_ok=True)
    for shell in SHELLS:
        seen = told(run(wrapper_text(job(variables={"A": value, "B": label}), place(folder)), tmp_path, shell))
        assert (seen["A"], seen["B"]) == (value, label)
        assert seen["SLURM_SUBMIT_DIR"] == seen["DURE_FOLDER"] == str(folder)
        assert list(folder.iterdir()) == []


@given(HOSTILE.filter(str.strip))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_commands_are_one_text_for_the_shell_of_the_job(tmp_path: Path, text: str) -> None:
    """As a comment and as data: whatever stands in `run` reaches `sh -c` as one argument, so the wrapper itself cannot be broken."""
    code = "import sys; sys.stdout.buffer.write(sys.argv[1].encode())"
    spec = job(run=f"exec {quoted(sys.executable)} -c {quoted(code)} {quoted(text)}")
    done = run(wrapper_text(spec, place(tmp_path)), tmp_path)
    assert (done.returncode, done.stdout) == (0, text.encode()), done.stderr


@given(HOSTILE)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_script_is_run_by_the_program_that_it_names_byte_for_byte(tmp_path: Path, tail: str) -> None:
    folder = tmp_path / "job"
    folder.mkdir(exist_ok=True)
    text = f"#!/bin/cat\n{tail}"
    done = run(wrapper_text(job(run=text), place(folder)), tmp_path)
    assert (done.returncode, done.stdout) == (0, text.encode()), done.stderr


def test_the_exit_code_is_that_of_the_program_and_a_failed_command_ends_it(tmp_path: Path) -> None:
    assert run(wrapper_text(job(run="exit 7"), place(tmp_path)), tmp_path).returncode == 7
    assert run(wrapper_text(job(run=["false", "exit 0"]), place(tmp_path)), tmp_path).returncode == 1
    assert run(wrapper_text(job(), place(tmp_path / "absent")), tmp_path).returncode == 125


def test_a_server_of_a_gang_sees_its_ranks_as_torchrun_takes_them(tmp_path: Path) -> None:
    spec = job(accelerators=16, nodes=2)
    seen = told(run(wrapper_text(spec, place(tmp_path, hosts=("n1", "n2"), node_rank=1, devices=tuple(range(8)))), tmp_path))
    wanted = {
        "MASTER_ADDR": "n1",
        "MASTER_PORT": "29500",
        "WORLD_SIZE": "2",
        "RANK": "1",
        "LOCAL_RANK": "0",
        "NODE_RANK": "1",
        "PET_NNODES": "2",
        "PET_NPROC_PER_NODE": "8",
        "PET_NODE_RANK": "1",
        "PET_MASTER_ADDR": "n1",
        "DURE_ACCELERATORS": "16",
        "DURE_NODE_LIST": "n1,n2",
        "DURE_TORCH_DEVICE": "cuda",
        "CUDA_VISIBLE_DEVICES": "0,1,2,3,4,5,6,7",
        "SLURM_NNODES": "2",
        "SLURM_NODEID": "1",
        "SLURM_GPUS_ON_NODE": "8",
        "SLURM_JOB_NODELIST": "n1,n2",
        "SLURM_JOB_END_TIME": "1800000000",
    }
    assert {name: seen.get(name) for name in wanted} == wanted


def test_one_process_for_each_device_has_ranks_and_a_device_of_its_own(tmp_path: Path) -> None:
    spec = job(
        launch="accelerator",
        run='echo "$RANK/$WORLD_SIZE $LOCAL_RANK $CUDA_VISIBLE_DEVICES $DURE_DEVICES $SLURM_PROCID $SLURM_LOCALID"',
    )
    done = run(wrapper_text(spec, place(tmp_path, hosts=("n1", "n2"), node_rank=1, devices=(4, 6, 7))), tmp_path)
    assert sorted(done.stdout.decode().splitlines()) == ["3/6 0 4 4 3 0", "4/6 1 6 6 4 1", "5/6 2 7 7 5 2"]


def test_the_first_process_that_fails_stops_the_others_and_gives_the_code(tmp_path: Path) -> None:
    spec = job(launch="accelerator", run='if [ "$LOCAL_RANK" = 0 ]; then exit 9; fi; exec sleep 30')
    assert run(wrapper_text(spec, place(tmp_path)), tmp_path).returncode == 9


def test_on_the_first_server_only(tmp_path: Path) -> None:
    spec = job(launch="first", run="echo here")
    assert run(wrapper_text(spec, place(tmp_path, hosts=("n1", "n2"))), tmp_path).stdout == b"here\n"
    done = run(wrapper_text(spec, place(tmp_path, hosts=("n1", "n2"), node_rank=1)), tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")


def test_what_slurm_has_set_stays_and_what_dure_sets_wins(tmp_path: Path) -> None:
    seen = told(run(wrapper_text(job(), place(tmp_path)), tmp_path, SLURM_JOB_ID="991", CUDA_VISIBLE_DEVICES="5", DURE_JOB="spoofed"))
    assert (seen["SLURM_JOB_ID"], seen["CUDA_VISIBLE_DEVICES"], seen["DURE_JOB"]) == ("991", "0,1", "7")


def test_a_task_of_an_array_knows_its_number() -> None:
    found = environment(job(array="3-9:2%2"), place("f", task=5))
    assert [found[f"DURE_TASK{end}"] for end in ("", "S", "_FIRST", "_LAST")] == ["5", "4", "3", "9"]
    assert slurm_variables(job(array="3-9:2%2"), place("f", task=5))["SLURM_ARRAY_TASK_ID"] == "5"
    assert "DURE_TASK" not in environment(job(), place("f"))


@pytest.mark.parametrize(
    ("model", "variable", "value"),
    [
        ("h100", "CUDA_VISIBLE_DEVICES", "1,3"),
        ("mi300x", "ROCR_VISIBLE_DEVICES", "1,3"),
        ("gaudi3", "HABANA_VISIBLE_MODULES", "1,3"),
        ("max1550", "ZE_AFFINITY_MASK", "1,3"),
        ("rngd", "FURIOSA_DEVICES", "npu:1,npu:3"),
        ("atom", "RBLN_DEVICES", "1,3"),
        ("tpu-v5e", "TPU_VISIBLE_CHIPS", "1,3"),
        ("trainium2", "NEURON_RT_VISIBLE_CORES", "1,3"),
        ("910b", "ASCEND_RT_VISIBLE_DEVICES", "1,3"),
    ],
)
def test_devices_are_chosen_by_the_variable_of_their_vendor(model: str, variable: str, value: str) -> None:
    stack = load_catalog().accelerator(model).stack["stack"]
    assert visible_devices(stack, (1, 3)) == {variable: value}


def test_a_variable_that_chooses_devices_cannot_be_set_by_a_job() -> None:
    assert {name for forms in VISIBLE.values() for name, _, _ in forms} <= VISIBLE_NAMES


def test_every_stack_of_the_catalogue_is_thought_of() -> None:
    stacks = {model.stack["stack"] for model in load_catalog().accelerators.values()} - {""}
    assert stacks - set(VISIBLE) == {"poplar"}, "no variable of Graphcore's is known here"
    assert stacks - set(TORCH_DEVICE) == {"furiosa", "poplar"}


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ("python train.py", ("/bin/sh", "-e", "-c", "python train.py")),
        ("#!/bin/bash -l\ntrue\n", ("/bin/bash", "-l", "S")),
        ("#! /usr/bin/env -S python3 -u\n", ("/usr/bin/env", "-S python3 -u", "S")),
        ("#!/bin/bash\r\ntrue\r\n", ("/bin/bash", "S")),
        ("#!\ntrue", ("/bin/sh", "S")),
        (None, ("/bin/sh", "-c", 'exec "${SHELL:-/bin/sh}" -l')),
    ],
)
def test_what_an_engine_starts(text: str | None, argv: tuple[str, ...]) -> None:
    found, content = command(job(run=text, kind="batch" if text else "interactive"), "S")
    assert found == argv
    assert content == (text.encode() if text is not None and text.startswith("#!") else None)


def test_a_script_runs_in_every_process_of_a_server(tmp_path: Path) -> None:
    done = run(wrapper_text(job(launch="accelerator", run="#!/bin/sh -u\necho $RANK\n"), place(tmp_path)), tmp_path)
    assert sorted(done.stdout.decode().split()) == ["0", "1"], done.stderr
