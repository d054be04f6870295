"""Known answers of `dure rate`: a run of the twin, printed as sacct, sacctmgr and a node list would print it, is rated as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dure.cli.known_answers import Answer, Bench, KnownAnswer, Ours

if TYPE_CHECKING:
    from dure.ledger.waterfall import Seconds

SCENARIO = "quickstart.yaml"
FAILURES = "sites[hill].failures.per_1000_node_days=400"
SOURCE = (
    "the twin itself, quickstart with many failures; ours is dure rate over its records as Slurm would print them",
    "트윈 자신, 고장이 많은 quickstart. dure의 값은 그 기록을 Slurm처럼 출력해 dure rate로 잰 것",
)
NAMES = {
    "busy": ("device-seconds in use", "사용한 장치·초"),
    "failed": ("device-seconds failed", "고장 장치·초"),
    "maintenance": ("device-seconds in maintenance", "정비 장치·초"),
    "no_demand": ("device-seconds that nobody waited for", "수요 없는 장치·초"),
}


def _both(bench: Bench) -> tuple[dict[str, int], Seconds]:
    """The waterfall of the run folder, and that which its records come to."""

    def make() -> tuple[dict[str, int], Seconds]:
        import tempfile
        from pathlib import Path

        from dure.adapters.csv_tables import write_csv
        from dure.adapters.files import write_text
        from dure.adapters.rate_input import read_input
        from dure.adapters.run_input import Options, prepare
        from dure.adapters.run_reader import read_run
        from dure.adapters.runs import RunWriter
        from dure.adapters.traces_zone import in_zone
        from dure.adapters.usage_export import as_sacct, events_table, nodes_csv, read_usage, text_of
        from dure.cli.examples import example
        from dure.cli.twin import described, play
        from dure.ledger.observed import Window, happened
        from dure.ledger.rate import rated

        prepared = prepare(example(SCENARIO), Options(sets=(FAILURES,)))
        with tempfile.TemporaryDirectory() as place:
            with RunWriter(Path(place) / "run") as writer:
                found = play(prepared, writer.events)
                writer.finish(prepared.plan, found, described(prepared, found))
            run = read_run(Path(place) / "run")
            usage = read_usage(Path(place) / "run", run)
            files = [Path(place) / name for name in ("sacct", "nodes", "events")]
            with in_zone("UTC") as clock:
                write_text(files[0], text_of(as_sacct(usage, clock)))
                write_csv(files[1], ("node", "accelerators", "model"), nodes_csv(usage))
                write_text(files[2], text_of(events_table(usage, clock)))
                read = read_input(files[0], files[1], [files[2]])
        assert read.nodes is not None
        span = (usage.start_s, usage.start_s + usage.horizon_s)
        window = Window(*span, (span[0],), span, True)
        fleet = rated(read.recorded, happened(read.recorded.jobs, read.nodes.places, read.spells, window), window).fleet
        assert fleet is not None
        return dict(run.fleet), fleet

    made: tuple[dict[str, int], Seconds] = bench.once("rate of quickstart", make)
    return made


def _ours(name: str) -> Answer:
    return lambda bench: Ours(float(_both(bench)[1].as_row()[f"{name}_s"]))


def rate_rows() -> tuple[KnownAnswer, ...]:
    """RATE: to the device-second."""
    return tuple(
        KnownAnswer(
            id=f"RATE.{name}",
            what=what,
            held_to=lambda bench, name=name: float(_both(bench)[0][f"{name}_s"]),  # type: ignore[misc]
            unit="s",
            tolerance=0,
            source=SOURCE,
            ours=_ours(name),
            reference="identity",
        )
        for name, what in NAMES.items()
    )
