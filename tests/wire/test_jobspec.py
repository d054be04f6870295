"""Job specs: short forms, what they mean, what is refused and where, and that what is written reads back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dure.adapters.jobspecs import load_job, read_job
from dure.model.errors import ScenarioError
from dure.model.needs import Alternative
from dure.present.numbers import Lang
from dure.present.said import told, told_parts
from dure.present.words import Words
from dure.wire.jobspec import JobSpec, jobspec_schema
from dure.wire.jobspec_parts import array_text, read_array

EXAMPLES = Path(__file__).parents[2] / "examples" / "jobs"
LEAST = {"name": "a", "accelerators": 1, "time": "1h", "run": "python x.py"}


def spec(**more: Any) -> JobSpec:
    return JobSpec.model_validate({**LEAST, **more})


def trouble(text: str) -> str:
    with pytest.raises(ScenarioError) as error:
        read_job(text, "job.yaml")
    return str(error.value)


@pytest.mark.parametrize("file", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_examples_read_and_what_is_written_reads_back(file: Path) -> None:
    found = load_job(file).spec
    assert JobSpec.model_validate(found.written()) == found
    assert JobSpec.model_validate(found.model_dump(mode="json", by_alias=True)) == found


def test_accelerators_in_short_are_the_mapping_that_they_stand_for() -> None:
    long = spec(accelerators={"count": 8, "memory": "80GB..", "any_of": ["nvidia:h100", "nvidia:h200"]})
    assert spec(accelerators="nvidia:h100,h200:8:80GB..") == long
    assert spec(accelerators=16).accelerators.count == (16, 16)
    assert spec(accelerators="2..8").accelerators.count == (2, 8)
    assert long.accelerators.alternatives == (Alternative(("h100",), 80, None, "nvidia"), Alternative(("h200",), 80, None, "nvidia"))


def test_memory_of_the_whole_narrows_that_of_a_choice() -> None:
    found = spec(accelerators={"count": 1, "memory": "40GB..", "any_of": ["amd:..200GB", "h100", "intel:..32GB"]}).accelerators
    assert found.alternatives == (Alternative(("amd",), 40, 200), Alternative(("h100",), 40, None))
    with pytest.raises(ValidationError, match="exclude each other"):
        spec(accelerators={"memory": "40GB..", "any_of": ["intel:..32GB"]})


@pytest.mark.parametrize(
    ("text", "tasks", "canonical"),
    [
        ("1-1000%50", 1000, "1-1000%50"),
        ("0-9:2", 5, "0-8:2"),
        ("1,3,5-9", 7, "1,3,5-9"),
        ("7", 1, "7"),
        ("0-9:2,1-9:2", 10, "0-8:2,1-9:2"),
        ("1-1000000", 1_000_000, "1-1000000"),
    ],
)
def test_arrays_as_slurm_writes_them(text: str, tasks: int, canonical: str) -> None:
    array = read_array(text)
    assert (array.tasks, array_text(array)) == (tasks, canonical)
    assert read_array(canonical) == array


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 9)), min_size=1, max_size=4))
def test_an_array_counts_its_tasks(ranges: list[tuple[int, int, int]]) -> None:
    """Against counting the numbers themselves."""
    text = ",".join(f"{first}-{first + more}:{step}" for first, more, step in ranges)
    tasks = [task for first, more, step in ranges for task in range(first, first + more + 1, step)]
    if len(set(tasks)) < len(tasks):
        with pytest.raises(ValueError, match="twice"):
            read_array(text)
    else:
        assert read_array(text).tasks == len(tasks)
        assert read_array(array_text(read_array(text))) == read_array(text)


def test_the_spec_of_the_design_reads_as_it_is_written() -> None:
    text = (
        "name: finetune-llama3-8b\nproject: univ-vision\nkind: batch                   # or interactive, service\nframework: pytorch\n"
        "workload: llama3-8b-finetune\naccelerators: 16\ntime: 8h\ncheckpoint: 30m\nfiles: [train.py, configs/]\ndata: {imagenet: read}\n"
        "env: {conda: env.yaml}\noutputs: [ckpt/]\nnotify: {mail: on-start,on-end}\nrun: torchrun train.py\n"
    )
    found = read_job(text, "job.yaml").spec
    assert found.notify is not None
    assert found.notify.mail == ("on-start", "on-end")
    assert (found.accelerators.count, found.time_s, found.checkpoint_s, found.data) == ((16, 16), 28_800, 1_800, {"imagenet": "read"})
    assert "known here: mail, webhook" in trouble(text.replace("on-start,on-end", "on-start,on-stop"))


def test_dependencies_in_short_mean_ok() -> None:
    assert spec(after="prep").after == {"prep": "ok"}
    assert spec(after=[12, "prep"]).after == {"12": "ok", "prep": "ok"}
    assert spec(after={"prep": "started"}).after == {"prep": "started"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: a\nacelerators: 2\ntime: 1h\nrun: x\n", "job.yaml:2: acelerators: unknown key; did you mean `accelerators`?"),
        ("name: a\ngpus: 2\ntime: 1h\nrun: x\n", "job.yaml:2: gpus: unknown key; did you mean `accelerators`?"),
        ("name: a\naccelerators: 2\nlimit: 2h\nrun: x\n", "job.yaml:3: limit: unknown key; did you mean `time`?"),
        ("name: a\naccelerators: 2\nrun: x\n", "job.yaml:1: time: is missing; write `time:`"),
        ("name: a\naccelerators: 2\ntime: 1h\n", "job.yaml:1: run: is missing; write `run:`"),
        ("accelerators: 2\ntime: 1h\nrun: x\n", "job.yaml:1: name: is missing; write `name:`"),
        ("name: a\naccelerators: h100:0\ntime: 1h\nrun: x\n", "job.yaml:2: accelerators: 0 accelerators; ask for at least one"),
        (
            "name: a\naccelerators:\n  count: 2\n  memroy: 80GB\ntime: 1h\nrun: x\n",
            "job.yaml:4: accelerators.memroy: unknown key; did you mean `memory`?",
        ),
        ("name: a\naccelerators: 7\nnodes: 2\ntime: 1h\nrun: x\n", "job.yaml:3: nodes: 7 accelerators do not divide over 2 nodes"),
        ("name: a\naccelerators: 2\ntime: 90\nrun: x\n", "job.yaml:3: time: 90 has no unit; did you mean 90s?"),
        ("name: a\naccelerators: 2\ntime: 1h\ncheckpoint: 2h\nrun: x\n", "job.yaml:4: checkpoint: is longer than the job"),
        ("name: a\naccelerators: 2\ntime: 1h\nport: 80\nrun: x\n", "job.yaml:4: port: port of a job that is no service"),
        ("name: a\nkind: service\nhealth: /h\nrun: x\n", "job.yaml:3: health: a path without a port"),
        ("name: a\nkind: service\nretries: 1\nrun: x\n", "job.yaml:3: retries: says nothing about a service"),
        (
            "name: a\nkind: servise\nrun: x\ntime: 1h\n",
            "job.yaml:2: kind: `servise` is not known; write one of batch, interactive, service",
        ),
        ("name: a\ntime: 400d\nrun: x\n", "job.yaml:2: time: is longer than a year"),
        ("name: a\ntime: 1h\nrun: x\nimage: a/b\nenv: {conda: e.yaml}\n", "job.yaml:4: image: an image and an environment"),
        ("name: a\nkind: interactive\ntime: 1h\narray: 1-3\n", "job.yaml:4: array: an array of interactive jobs"),
        (
            "name: a\ntime: 1h\nrun: x\nafter: {b: later}\n",
            "job.yaml:4: after.b: `later` is not known; write one of ok, any, notok, started",
        ),
        ("name: a\ntime: 1h\nrun: x\narray: 9-1\n", "job.yaml:4: array: `9-1` is not an array"),
        ("name: a\ntime: 1h\nrun: x\nslurm: {wrap: y}\n", "job.yaml:4: slurm.wrap: `wrap` is not known"),
        ("name: a\ntime: 1h\nrun: x\nnotify: {mail: on-finish}\n", "job.yaml:4: notify.mail[0]: `on-finish` is not known"),
        ("- a\n", "job.yaml:1: a job spec is a mapping of keys"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_remedy(text: str, said: str) -> None:
    assert said in trouble(text)


def test_everything_wrong_is_told_at_once_and_in_korean() -> None:
    with pytest.raises(ScenarioError) as error:
        read_job("name: a/b\nfiles: [/etc/passwd]\ntime: 1h\nrun: x\nvariables: {PATH: 1, DURE_X: 2}\n", "job.yaml")
    lines = told(error.value, Words(Lang.KO)).splitlines()
    assert len(lines) == 3
    assert all(any("가" <= letter <= "힣" for letter in line) for line in lines), lines


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../up",
        "a/../b",
        "a/..",
        "~/x",
        "a\nb",
        "a\0b",
        "-rf",
        "a/-x",
        "C:x",
        "a\\b",
        "",
        "a//b",
        "a/./b",
        "\x1b[2J",
        "x" * 300,
        "a/" * 600,
    ],
)
def test_a_path_that_leads_out_or_could_be_an_option_is_refused(path: str) -> None:
    for key in ("files", "outputs"):
        with pytest.raises(ValidationError):
            spec(**{key: [path]})


@pytest.mark.parametrize("path", ["train.py", "configs/", "a b.txt", "자료/훈련.csv", "it's.py", "$HOME", "a;b", ".hidden", "..data"])
def test_a_path_inside_is_taken_as_it_is(path: str) -> None:
    assert spec(files=[path]).files == (path,)


@pytest.mark.parametrize("name", ["a/b", "a b", "a\nb", "a\0", "-a", ".a", "a" * 65, "", "a;b", "a'b", "$(x)", "a`b", "a\u202eb"])
def test_a_name_that_a_shell_or_path_could_misread_is_refused(name: str) -> None:
    for key in ("name", "project", "qos", "workload", "framework"):
        with pytest.raises(ValidationError):
            spec(**{key: name})
    with pytest.raises(ValidationError):
        spec(labels={name: "x"})


@pytest.mark.parametrize(
    "more",
    [
        {"variables": {"1A": "x"}},
        {"variables": {"A-B": "x"}},
        {"variables": {"A=B": "x"}},
        {"variables": {"CUDA_VISIBLE_DEVICES": "0"}},
        {"variables": {"SLURM_JOB_ID": "0"}},
        {"variables": {"A": "x\0y"}},
        {"variables": {"A": "\ud800"}},
        {"variables": {"A": "x" * 40_000}},
        {"run": "a\0b"},
        {"run": "  \n"},
        {"run": "x" * 70_000},
        {"labels": {"a": "b\nc"}},
        {"image": "a b"},
        {"image": "-x"},
        {"notify": {"webhook": "http://x"}},
        {"notify": {"webhook": f"https://{'a' * 64}.com/x"}},
        {"notify": {"webhook": "https://example..com/x"}},
        {"notify": {"webhook": "https://-a.com/x"}},
        {"notify": {"webhook": "https://a.com:65536/x"}},
        {"notify": {"webhook": "https://a.com:0/x"}},
        {"labels": {"run": "a\u202eb"}},
        {"notify": {"webhook": "https://user:secret@host/"}},
        {"notify": {"webhook": "https://host/\n"}},
        {"kind": "service", "port": 80, "health": "/a b"},
        {"slurm": {"partition": "a b"}},
        {"slurm": {"partition": "--uid=0"}},
        {"slurm": {"mem": "$(id)"}},
        {"env": {"modules": ["a;b"]}},
        {"after": {"a b": "ok"}},
        {"files": ["a"] * 1001},
    ],
)
def test_what_could_reach_a_shell_a_header_or_a_site_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        spec(**more)


def test_every_key_of_every_part_is_described_and_what_must_be_written_has_its_korean() -> None:
    schema = jobspec_schema()
    korean = Words(Lang.KO)
    for name, part in (*schema["$defs"].items(), ("JobSpec", schema)):
        for key, about in part["properties"].items():
            assert about.get("description"), f"{name}.{key}"
    for key in ("name", "time", "run"):
        text = trouble("".join(f"{other}: {value}\n" for other, value in LEAST.items() if other != key))
        assert f"write `{key}:` ({schema['properties'][key]['description']})" in text
        with pytest.raises(ScenarioError) as error:
            read_job("".join(f"{other}: {value}\n" for other, value in LEAST.items() if other != key), "job.yaml")
        assert any("가" <= letter <= "힣" for letter in told(error.value, korean).split("(", 1)[1])


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=40)


@given(run=texts.filter(str.strip), value=texts, count=st.integers(1, 64), hours=st.integers(1, 100), label=texts)
def test_any_spec_that_is_read_is_written_as_the_same(run: str, value: str, count: int, hours: int, label: str) -> None:
    labels = {"l": label} if label.isprintable() else {}
    found = spec(run=run, variables={"V": value}, accelerators={"count": count, "any_of": ["amd", "h100"]}, time=f"{hours}h", labels=labels)
    assert JobSpec.model_validate(found.written()) == found
    assert found.run == run


ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**20, "", "x" * 500, "a b", "a\nb", "1.5", "99999999999", [], [1], [None], ["-x"], [["a"]], ["a"] * 2000, {}),
    *({"a": 1}, {"a": None}, {"count": 0}, {"count": "x"}, {"memory": "8"}, {"any_of": "x"}, {"any_of": ["h100:2"]}, {"any_of": [1]}),
    *({"training": "yes"}, {"mail": "x"}, {"mail": 1}, {"webhook": "x"}, {"conda": "/x"}, {"modules": ["a b"]}, {"1A": "x"}, {"A": "x\0"}),
    *({"A": [1]}, {"a b": "c"}, {"domain": "x"}, {"a": {"b": 1}}),
)


@pytest.mark.parametrize("key", sorted(jobspec_schema()["properties"]))
def test_whatever_stands_under_a_key_is_read_or_refused_in_both_languages(key: str) -> None:
    """Each error has a place and a remedy, and is told in Korean: none falls back to the words of a library."""
    korean = Words(Lang.KO)
    for value in ODD:
        for whole in ({**LEAST, key: value}, {"name": "a", "kind": "service", "run": "x", key: value}):
            try:
                found = read_job(json.dumps(whole), "job.yaml").spec
            except ScenarioError as error:
                for one in getattr(error, "errors", (error,)):
                    assert one.where.line == 1
                    for told_part in (told_parts("", one.what, "", korean), told_parts("", "", one.remedy, korean)):
                        assert re.search("[가-힣]", told_part), (value, one.what, one.remedy)
            else:
                assert JobSpec.model_validate(found.written()) == found


def test_how_long_a_job_works_at_a_simulated_site_is_its_own_to_say() -> None:
    spec = read_job('name: a\naccelerators: 1\ntime: 1h\nrun: x\nvariables: {DURE_SIMULATED_S: "90"}\n', "job.yaml")
    assert dict(spec.spec.variables) == {"DURE_SIMULATED_S": "90"}
