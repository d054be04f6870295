"""The known answers; families are printed in natural order. A capability that arrives brings its rows; none is loosened to pass."""

from __future__ import annotations

from dure.cli.known_answers import Kind, KnownAnswer, Ours
from dure.cli.validation_award import award_rows
from dure.cli.validation_calls import call_rows
from dure.cli.validation_plan import plan_rows
from dure.cli.validation_rate import rate_rows
from dure.cli.validation_risk import risk_rows
from dure.cli.validation_twin import Cluster, drawn, erlang_c_wait_s, live_day, profile_summary_of, queue_wait, replayed, summary_of

HPC2N = "traces/swf/hpc2n.swf"
PHILLY = "traces/philly/philly.csv"
ACCASIM = ("AccaSim and CQSim, HPC2N on 240 processors", "AccaSim과 CQSim, 프로세서 240개의 HPC2N")
ACME = ("AcmeTrace cluster summary (NSDI'24)", "AcmeTrace 클러스터 요약 (NSDI'24)")
ERLANG = ("Erlang C, closed form; tolerance: 99 % confidence", "얼랑 C 공식, 허용 오차는 99% 신뢰구간")
DRIVERS = (
    "the twin itself; ours is the live broker over a simulated site, a day of 2,000 jobs",
    "트윈 자신. dure의 값은 모의 센터 위의 실제 브로커, 하루 작업 2,000개",
)
OWN = (
    "dure's own replay of the Philly trace (msr-fiddle/philly-traces); ours is drawn from its profile, mean of three",
    "dure가 직접 재현한 Philly 작업 기록(msr-fiddle/philly-traces). dure의 값은 그 프로필에서 뽑은 것, 세 번의 평균",
)


def _t1() -> list[KnownAnswer]:
    """Estimates from field 9; jobs that never ran count, as in the published means; EASY keeps the promise as first computed."""
    policies = (
        ("fcfs", Cluster(240), 5_309_576, 5_579.96, 0.0001, ("FCFS", "선착순")),
        ("sjf", Cluster(240, order="sjf"), 5_400_681, 3_439.83, 0.0001, ("shortest first", "짧은 작업 먼저")),
        ("easy", Cluster(240, backfill="easy", hold="kept"), 5_282_045, 3_345.30, 0.03, ("FCFS + EASY", "선착순 + EASY")),
    )
    rows = []
    for name, cluster, makespan_s, wait_s, tolerance, (english, korean) in policies:
        rows += [
            KnownAnswer(
                id=f"T1.{name}.makespan",
                what=(f"{english}, makespan", f"{korean}, 전체 소요 시간"),
                held_to=makespan_s,
                unit="s",
                tolerance=0,
                source=ACCASIM,
                ours=summary_of(HPC2N, cluster, "makespan_s"),
                needs=(HPC2N,),
            ),
            KnownAnswer(
                id=f"T1.{name}.wait",
                what=(f"{english}, mean wait", f"{korean}, 평균 대기"),
                held_to=wait_s,
                unit="s",
                tolerance=tolerance,
                source=ACCASIM,
                ours=summary_of(HPC2N, cluster, "wait_mean_s"),
                needs=(HPC2N,),
            ),
        ]
    return rows


def _t2() -> list[KnownAnswer]:
    return [
        KnownAnswer(
            id=f"T2.{servers}.{load}",
            what=(f"M/M/{servers}, mean wait", f"M/M/{servers}, 평균 대기"),
            held_to=round(erlang_c_wait_s(servers, load), 2),
            unit="s",
            tolerance=0,
            source=ERLANG,
            reference="closed form",
            ours=queue_wait(servers, load),
            kind="absolute",
        )
        for servers in (1, 8, 64)
        for load in (0.7, 0.9, 0.95)
    ]


def _t11() -> list[KnownAnswer]:
    """The same trace with failures and preemption through both drivers: decisions alike in order and time."""
    return [
        KnownAnswer(
            id="T11.decisions",
            what=("decisions alike", "같은 결정"),
            held_to=lambda bench: float(live_day(bench)[0]),
            unit="",
            tolerance=0,
            source=DRIVERS,
            reference="identity",
            ours=lambda bench: Ours(float(live_day(bench)[1])),
        )
    ]


_DRAWN = {
    "size": ("size_mean", ("mean accelerators", "가속기 평균"), ""),
    "size50": ("size_median", ("median accelerators", "가속기 중앙값"), ""),
    "run": ("run_mean", ("mean run time", "실행 시간 평균"), "s"),
    "run50": ("run_median", ("median run time", "실행 시간 중앙값"), "s"),
    "completed": ("completed_time_share", ("completed, share of time", "끝난 작업의 시간 비중"), ""),
    "failed": ("failed_time_share", ("failed, share of time", "실패한 작업의 시간 비중"), ""),
    "cancelled": ("cancelled_time_share", ("cancelled, share of time", "취소된 작업의 시간 비중"), ""),
}


def _t12() -> list[KnownAnswer]:
    from dure.adapters.profiles import published_statistics

    statistics = published_statistics()
    return [
        KnownAnswer(
            id=f"T12.{cluster}.{name}",
            what=what,
            held_to=float(statistics[cluster][statistic]),
            unit=unit,
            tolerance=0.10,
            source=ACME,
            ours=drawn(cluster, statistic),
        )
        for cluster in ("kalos", "seren", "philly", "helios")
        for name, (statistic, what, unit) in _DRAWN.items()
    ]


def _profile() -> list[KnownAnswer]:
    """Drawing from the profile of a trace (mean of three draws) and replaying the trace itself agree on the same cluster.

    Not on 512 accelerators under FCFS with EASY: there one second more before every submission halves the trace's own mean wait.
    """

    def row(name: str, cluster: Cluster, key: str, what: tuple[str, str], unit: str, tolerance: float, kind: Kind) -> KnownAnswer:
        return KnownAnswer(
            id=f"PROFILE.{name}",
            what=what,
            held_to=lambda bench: float(replayed(bench, PHILLY, cluster)[key]),
            unit=unit,
            tolerance=tolerance,
            source=OWN,
            reference="own replay",
            ours=profile_summary_of("philly-trace", cluster, key),
            needs=(PHILLY,),
            kind=kind,
        )

    clusters = (
        ("448", Cluster(56, 8, backfill="easy"), ("448 accelerators, EASY", "가속기 448개, EASY")),
        ("640", Cluster(80, 8, backfill="easy"), ("640 accelerators, EASY", "가속기 640개, EASY")),
        ("sjf", Cluster(64, 8, order="sjf", backfill="easy"), ("512, shortest first", "512개, 짧은 작업 먼저")),
    )
    rows = []
    for name, cluster, (english, korean) in clusters:
        rows += [
            row(f"{name}.rate", cluster, "operating_rate", (f"{english}: rate", f"{korean}: 가동률"), "", 0.01, "absolute"),
            row(f"{name}.wait", cluster, "wait_mean_s", (f"{english}: wait", f"{korean}: 대기"), "s", 0.15, "relative"),
        ]
    return rows


def rows() -> tuple[KnownAnswer, ...]:
    """All of them; packaged figures are read on the way, public traces only when a row is answered."""
    made = (*_t1(), *_t2(), *_t11(), *_t12(), *_profile(), *plan_rows(), *rate_rows(), *risk_rows(), *award_rows(), *call_rows())
    return tuple(sorted(made, key=_natural))


def _natural(row: KnownAnswer) -> tuple[str, int]:
    """P2 before P10; within a family as it is written."""
    family = row.id.split(".")[0]
    return family.rstrip("0123456789"), int("".join(char for char in family if char.isdigit()) or 0)
