import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dure.adapters import files
from dure.adapters.files import load_scenario, load_yaml, replace_folder, write_bytes, write_text
from dure.model.errors import InputError, ScenarioError, Where
from dure.wire.problems import ScenarioErrors

SOUND = """\
programme:
  start: 2026-01-05
  horizon: 2d
sites:
  - name: ga
    operator: 가
    pools:
      - {name: h200, model: nvidia-h200, nodes: 8}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text(SOUND, encoding="utf-8")
    return path


def refusals(path: Path, *sets: str) -> tuple[InputError, ...]:
    """Everything wrong with a file; any other exception than a ScenarioError fails the test."""
    try:
        load_scenario(path, sets)
    except ScenarioErrors as errors:
        return errors.errors
    except ScenarioError as error:
        return (error,)
    return ()


def errors_of(path: Path, *sets: str) -> list[tuple[int, str, str, str]]:
    """(line, field, what, remedy) of everything wrong with a file that is no scenario."""
    found = refusals(path, *sets)
    assert found, "nothing was refused"
    return [(error.where.line, error.where.field, error.what, error.remedy) for error in found]


def test_a_scenario_with_its_files_and_lines(scenario: Path) -> None:
    loaded = load_scenario(scenario)
    assert loaded.scenario.pools["ga/h200"].nodes == 8
    assert loaded.inputs == ((str(scenario), hashlib.sha256(SOUND.encode()).hexdigest()),)
    assert loaded.where("sites", "ga", "pools", 0, "nodes") == Where(str(scenario), 8, "sites[ga].pools[h200].nodes")
    assert loaded.where("policy", "order") == Where(str(scenario), 1, "policy.order")


def test_all_errors_of_a_file_are_told_together_by_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "program:\n  horizon: 30d\nprogramme:\n  horizon: 30\n  seed: one\nsites:\n- name: ga\n  pools:\n"
        "  - {name: h200, modle: nvidia-h200, nodes: 8}\n  - {name: b200, model: nvidia-b200, nodes: 24GB}\n"
        "policy: {order: fifo, lend: yes}\n",
        encoding="utf-8",
    )
    assert [(line, field, what) for line, field, what, _ in errors_of(path)] == [
        (1, "program", "unknown key"),
        (4, "programme.horizon", "30 has no unit"),
        (5, "programme.seed", "one is not a whole number"),
        (7, "sites[ga].operator", "is missing"),
        (9, "sites[ga].pools[h200].model", "is missing"),
        (9, "sites[ga].pools[h200].modle", "unknown key"),
        (10, "sites[ga].pools[b200].nodes", "24GB is not a whole number"),
        (11, "policy.order.kind", "`fifo` is not known"),
        (11, "policy.lend", "`yes` is neither true nor false"),
    ]
    remedies = {field: remedy for _, field, _, remedy in errors_of(path)}
    assert remedies["program"] == "did you mean `programme`? (a program is software, the national effort is a programme)"
    assert remedies["sites[ga].pools[h200].modle"] == "did you mean `model`?"
    assert remedies["sites[ga].operator"] == "write `operator:` (who runs it)"
    assert remedies["policy.order.kind"] == "write one of fcfs, sjf, multifactor"


def test_an_error_reads_file_line_field_what_remedy(scenario: Path) -> None:
    scenario.write_text(SOUND.replace("horizon: 2d", "horizon: 2"), encoding="utf-8")
    with pytest.raises(ScenarioErrors) as raised:
        load_scenario(scenario)
    assert str(raised.value) == (f"{scenario}:3: programme.horizon: 2 has no unit; did you mean 2s? Write 90s, 30m, 2h30m, 7d or 2w")
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("key", "where", "remedy"),
    [
        ("gpus_per_node", "sites[ga].pools[h200]", "did you mean `accelerators_per_node`?"),
        ("servers", "sites[ga].pools[h200]", "did you mean `nodes`?"),
        ("vendor", "sites[ga]", "did you mean `operator`?"),
        ("duration", "programme", "did you mean `horizon`?"),
        ("xyzzy", "demand", "known here: checkpoint"),
        ("vaule", "programme.value_won_per_accelerator_hour.any", "known here: mark, per, source, source_ko, won"),
        ("age_wieght", "policy.order", "did you mean `age_weight`?"),
    ],
)
def test_words_of_other_houses_are_translated(scenario: Path, key: str, where: str, remedy: str) -> None:
    told = {(field, what): told for _, field, what, told in errors_of(scenario, f"{where}.{key}=1")}
    assert told[f"{where}.{key}", "unknown key"].startswith(remedy)


@pytest.mark.parametrize(
    ("data", "line", "what", "remedy"),
    [
        (b"", 0, "the file is empty", "at least one section"),
        (b"# nothing but a comment\n", 0, "the file is empty", "at least one section"),
        (b"- a\n- b\n", 1, "a mapping of sections", "sites:"),
        (b"just text\n", 1, "a mapping of sections", "sites:"),
        (b"programme: {name: x\n", 1, "ends in the middle", "cut off"),
        (b"a: 1\nb: \xff\n", 2, "is not UTF-8", "save the file as UTF-8"),
        ("programme: {name: 두레}".encode("utf-16"), 1, "is not UTF-8", "UTF-8"),
        ("programme: {name: 두레}\n".encode("cp949"), 1, "is not UTF-8", "UTF-8"),
        (b"a: 1\nb: '" + b"x" * 3_000_000 + b"'\n", 2, "a line of 3,000,005 bytes", "1,048,576"),
        (b"x: 1\n" * 4_000_000, 0, "larger than 16 MiB", "--trace"),
        (b"\x00\x01\x02", 1, "no text holds", "YAML file"),
        (b"programme: {seed: 1, seed: 2}\n", 1, "`seed` is written twice", "line 1"),
        (b"sites:\n", 1, "has no value", "leave the key out"),
        (b"sites: none\n", 1, "is not a list", "- item"),
        (b"policy: [fcfs]\n", 1, "is not a mapping", "key: value"),
        (b"programme: {name: 3}\n", 1, "is not text", "in quotes"),
        (b"programme: {name: ''}\n", 1, "is empty", "leave the key out"),
        (b"programme: {seed: -1}\n", 1, "-1 is negative", "30_000"),
    ],
)
def test_a_file_that_cannot_be_a_scenario(tmp_path: Path, data: bytes, line: int, what: str, remedy: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(data)
    found = errors_of(path)[0]
    assert found[0] == line
    assert what in found[2]
    assert remedy in found[3]


def test_a_byte_order_mark_is_no_error(scenario: Path) -> None:
    scenario.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())
    assert load_scenario(scenario).scenario.pools


def test_a_missing_file_names_its_neighbours(scenario: Path) -> None:
    with pytest.raises(ScenarioError, match=r"no such file; beside it: a\.yaml"):
        load_scenario(scenario.with_name("b.yaml"))
    with pytest.raises(ScenarioError, match="is a folder"):
        load_scenario(scenario.parent)
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario("a\0b")


def test_extends_merges_a_file_over_another(scenario: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    over = tmp_path / "sub" / "over.yaml"
    over.write_text("extends: ../a.yaml\nsites: [{name: ga, region: seoul, pools: [{name: h200, nodes: 9}]}]\n", encoding="utf-8")
    loaded = load_scenario(over)
    assert (loaded.scenario.sites[0].region, loaded.scenario.pools["ga/h200"].nodes, loaded.scenario.programme.horizon_s) == (
        "seoul",
        9,
        172_800,
    )
    assert [Path(path).name for path, _ in loaded.inputs] == ["over.yaml", "a.yaml"]
    assert (loaded.where("sites", 0, "pools", 0, "nodes").line, Path(loaded.where("programme", "horizon").file).name) == (2, "a.yaml")


def test_an_error_in_a_base_file_names_that_file(scenario: Path, tmp_path: Path) -> None:
    over = tmp_path / "over.yaml"
    over.write_text("extends: a.yaml\nprogramme: {seed: 2}\n", encoding="utf-8")
    scenario.write_text(SOUND.replace("nodes: 8", "nodes: eight"), encoding="utf-8")
    with pytest.raises(ScenarioErrors, match=r"a\.yaml:8: sites\[ga\]\.pools\[h200\]\.nodes: eight is not a whole number"):
        load_scenario(over)


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("extends: over.yaml\n", "goes in a circle"),
        ("extends: back.yaml\n", "goes in a circle"),
        ("extends: none.yaml\n", "there is no file"),
        ("extends: [a.yaml]\n", "names no file"),
        ("extends:\n", "names no file"),
        ("extends: .\n", "there is no file"),
        ("extends: words.txt\n", "is no scenario: it has no sections"),
        ("extends: list.yaml\n", "is no scenario: it has no sections"),
    ],
)
def test_extends_that_leads_nowhere(scenario: Path, tmp_path: Path, written: str, what: str) -> None:
    over = tmp_path / "over.yaml"
    over.write_text(written, encoding="utf-8")
    for name, text in (("back.yaml", "extends: over.yaml\n"), ("words.txt", "root and branch\n"), ("list.yaml", "- 1\n- 2\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    ((line, field, told, remedy),) = errors_of(over)
    assert (line, field) == (1, "extends")
    assert what in told
    assert remedy


def test_extends_has_an_end(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}.yaml").write_text(f"extends: {number + 1}.yaml\n", encoding="utf-8")
    assert errors_of(tmp_path / "0.yaml")[0][2] == "extends more than 16 files in a row"


def test_set_changes_any_value(scenario: Path) -> None:
    sets = (
        "sites[ga].pools[0].nodes=12",
        "policy={order: sjf, backfill: none}",
        "programme.name=한 줄",
        "sites[0].region=null",
        "demand.start_up=90s",
    )
    loaded = load_scenario(scenario, sets)
    assert loaded.scenario.pools["ga/h200"].nodes == 12
    assert (loaded.scenario.policy.order.kind, loaded.scenario.policy.backfill.kind) == ("sjf", "none")
    assert (loaded.scenario.programme.name, loaded.scenario.sites[0].region, loaded.scenario.demand.start_up_s) == ("한 줄", None, 90)
    assert str(loaded.where("sites", 0, "pools", 0, "nodes")) == "--set: sites[ga].pools[h200].nodes"


@pytest.mark.parametrize(
    ("text", "field", "what"),
    [
        ("demand.generate={load: 1, workloads: {a b: 1}}", "demand.generate.workloads.a b", "`a b` is not a name"),
        ("demand.generate={load: 1, qos: {normal: x}}", "demand.generate.qos.normal", "x is not a number"),
        ("sites[ga].pools[h200].nodes=2000000", "sites[ga].pools[h200].nodes", "`2000000` is too much"),
        ("programme.allocations=[{project: p, pool: ga, nodes: 1}]", "programme.allocations[0].pool", "`ga` is not a name"),
        ("programme.start=2026-13-01", "programme.start", "2026-13-01 is not in the calendar"),
        ("sites[ga].events=[{at: 2026-13-01, mode: down}]", "sites[ga].events[0].at", "2026-13-01 is not in the calendar"),
    ],
)
def test_a_wrong_value_is_named_by_its_field(scenario: Path, text: str, field: str, what: str) -> None:
    assert [found[1:3] for found in errors_of(scenario, text)] == [(field, what)]


def test_every_set_that_sets_nothing_is_told(scenario: Path) -> None:
    found = errors_of(
        scenario, "sites[gaa].region=x", "programme", "a..b=1", "programme.seed.x=1", "policy={order", "sites[ga].pools[h200].nodes=2"
    )
    assert [what for _, _, what, _ in found] == [
        "there is no item `gaa`",
        "`programme` sets nothing",
        "`a..b=1` sets nothing",
        "the file ends in the middle of something",
    ]


def test_a_path_is_seen_from_the_file_that_names_it(scenario: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    over = tmp_path / "sub" / "over.yaml"
    over.write_text("extends: ../a.yaml\ndemand: {trace: jobs.csv}\n", encoding="utf-8")
    assert load_scenario(over).path("demand", "trace") == tmp_path / "sub" / "jobs.csv"
    assert load_scenario(over, ["demand.trace=x/jobs.csv"]).path("demand", "trace") == Path("x/jobs.csv")


def test_any_yaml_file_can_be_read_as_a_tree(scenario: Path) -> None:
    assert load_yaml(scenario).where == Where(str(scenario), 1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(str.encode)
    | st.tuples(st.integers(0, len(SOUND)), st.text("abc:-[]{}&*!#'\"\n\t ,|>%0가", max_size=6)).map(
        lambda cut: (SOUND[: cut[0]] + cut[1] + SOUND[cut[0] :]).encode()
    )
    | st.integers(0, len(SOUND.encode())).map(lambda end: SOUND.encode()[:end])
)
def test_any_bytes_are_a_scenario_or_an_error_with_a_remedy(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "fuzz.yaml"
    path.write_bytes(data)
    for error in refusals(path):
        assert error.remedy
        assert error.where.file == str(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.text("abcsite[]0.={}:, 'h", max_size=24))
def test_any_set_is_taken_or_refused(scenario: Path, text: str) -> None:
    assert all(error.remedy for error in refusals(scenario, text))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.txt"
    write_text(path, "두레\n")
    path.chmod(0o640)

    def torn(source: str, target: Path) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(files.os, "replace", torn)
        with pytest.raises(OSError, match="no space"):
            write_bytes(path, b"half")
    assert (path.read_text(encoding="utf-8"), sorted(one.name for one in tmp_path.iterdir())) == ("두레\n", ["out.txt"])
    write_bytes(path, b"whole")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"whole", 0o640)


def test_a_folder_takes_the_place_of_another(tmp_path: Path) -> None:
    final, tmp = tmp_path / "run", tmp_path / ".run.part"
    for round_ in ("first", "second"):
        tmp.mkdir()
        (tmp / round_).write_text(round_, encoding="utf-8")
        replace_folder(tmp, final)
        assert sorted(one.name for one in tmp_path.iterdir()) == ["run"]
        assert [one.name for one in final.iterdir()] == [round_]


def test_a_folder_that_cannot_be_moved_leaves_the_old_one(tmp_path: Path) -> None:
    final = tmp_path / "run"
    final.mkdir()
    (final / "kept").write_text("kept", encoding="utf-8")
    with pytest.raises(OSError, match="absent"):
        replace_folder(tmp_path / "absent", final)
    assert [one.name for one in tmp_path.iterdir()] == ["run"]
    assert [one.name for one in final.iterdir()] == ["kept"]
