"""Known answers of allocation calls: P13, the published records of the first call put together and divided."""

from __future__ import annotations

from collections.abc import Callable

from dure.cli.known_answers import Bench, KnownAnswer, Ours

FIRST_CALL = "2025-12"
SOURCE = (
    "First allocation call, result of 3 March 2026; published records put together",
    "첫 배정 공고, 2026년 3월 3일 결과. 공표된 기록을 계산으로 맞춤",
)
GROUPS = ("academia", "industry", "institutes")
Records = dict[tuple[str, str], int]


def records(call: str = FIRST_CALL) -> Records:
    """(group, figure) → the published count."""
    import csv
    from importlib import resources

    text = resources.files("dure").joinpath("catalog", "allocation_calls.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["call"] == call]
    return {(row["group"], row["figure"]): int(row["value"]) for row in rows}


def asked(known: Records) -> int:
    """Accelerators that all projects asked for: their servers, times what a server holds."""
    return known["all", "servers_asked"] * known["all", "accelerators_per_server"]


def granted(known: Records) -> int:
    return known["all", "servers_granted"] * known["all", "accelerators_per_server"]


def granted_by_group(known: Records) -> int:
    """The same from the other side: the three groups added up."""
    return sum(known[group, "accelerators_granted"] for group in GROUPS)


def call_rows() -> tuple[KnownAnswer, ...]:
    rows: tuple[tuple[str, tuple[str, str], float, str, Callable[[Records], float]], ...] = (
        ("asked", ("1,714 servers asked for, in accelerators", "신청 1,714대의 가속기 수"), 13_712, "", asked),
        ("granted", ("528 servers granted, in accelerators", "배정 528대의 가속기 수"), 4_224, "", granted),
        ("groups", ("granted: academia, industry, institutes", "배정: 학계·산업계·연구소의 합"), 4_224, "", granted_by_group),
        (
            "ratio",
            ("granted of what was asked for", "신청 대비 배정"),
            30.8,
            "%",
            lambda known: round(100 * granted_by_group(known) / asked(known), 1),
        ),
    )
    return tuple(_row(*row) for row in rows)


def _row(name: str, what: tuple[str, str], published: float, unit: str, of: Callable[[Records], float]) -> KnownAnswer:
    def answer(bench: Bench) -> Ours:
        return Ours(float(of(bench.once("calls", records))))

    return KnownAnswer(f"P13.{name}", what, published, unit, 0, SOURCE, answer, kind="absolute")
