"""A small, made-up run folder whose numbers add up: five sites, four vendors' models, 30 days in daily bins."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

from dure.model.reasons import CAUSES, STEPS
from dure.wire.runs import TABLES

DAY = 86_400
DAYS = 30
# site, operator, region, model, vendor, devices, value of an accelerator-hour in won
POOLS = (
    ("ga", "Operator Ga", "수도권", "nvidia-h200", "nvidia", 10_000, 3_400),
    ("na", "Operator Na", "수도권", "nvidia-b200", "nvidia", 12_000, 5_100),
    ("da", "Operator Da", "호남", "amd-mi300x", "amd", 9_000, 3_300),
    ("ra", "Operator Ra", "영남", "intel-gaudi3", "intel", 6_000, 1_900),
    ("centre", "National centre", "호남", "nvidia-b300", "nvidia", 8_000, 6_000),
    ("centre", "National centre", "호남", "rebellions-rebel", "domestic", 5_000, 1_200),
)
NAMES_KO = {"site": {"ga": "가 센터", "na": "나 센터", "da": "다 센터", "ra": "라 센터", "centre": "국가 센터"}}
BUCKETS = ("1", "2-7", "8", "9-64", "65-512", "513+")
ORGANISATIONS = (("Univ. A", "수도권"), ("Univ. B", "호남"), ("Institute C", "영남"), ("Start-up D", "호남"), ("Firm E", "수도권"))

Row = dict[str, Any]


def day_of(pool: tuple[Any, ...], day: int, draw: random.Random) -> dict[str, int]:
    """Device-seconds of one pool on one day: every cause is drawn, every step is the rest."""
    left = whole = pool[5] * DAY
    seconds: dict[str, int] = {"contracted": whole}
    weights = {
        "not_delivered": 0.6 if pool[0] == "centre" and day < 9 else 0.0,
        "unfunded": 0.35 if pool[0] == "ra" and day >= 20 else 0.0,
        "unpowered": 0.02 if pool[0] == "da" else 0.0,
        "no_demand": 0.25 if pool[4] in ("intel", "domestic") else 0.01,
        "incompatible": 0.12 if pool[4] == "domestic" else 0.01,
    }
    for step in STEPS[1:]:
        for cause in (one for one in CAUSES if one.step == step):
            share = weights.get(cause.name, 0.006 + 0.02 * draw.random())
            lost = min(left, int(left * share))
            seconds[cause.name] = lost
            left -= lost
        seconds[step] = left
    return seconds


def add(total: dict[str, int], more: dict[str, int]) -> None:
    for key, value in more.items():
        total[key] = total.get(key, 0) + value


def waterfall_row(level: str, key: str, seconds: dict[str, int]) -> Row:
    rates = [
        (seconds["busy"], seconds["installed"]),
        (seconds["busy"], seconds["available"]),
        (seconds["productive"], seconds["installed"]),
    ]
    row: Row = {"level": level, "key": key, **{f"{name}_s": value for name, value in seconds.items()}}
    for name, (part, whole) in zip(("operating_rate", "occupancy", "goodput_rate"), rates, strict=True):
        row[name] = round(part / whole, 6) if whole else None
    return row


def write_table(folder: Path, name: str, rows: list[Row]) -> None:
    with (folder / "tables" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column for column, _ in TABLES[name]])
        writer.writeheader()
        writer.writerows(rows)


def make_run(folder: Path, *, known_values: bool = True, seed: int = 7) -> Path:
    """Writes the folder and returns it. Without `known_values` one model has no won value."""
    draw = random.Random(seed)
    (folder / "tables").mkdir(parents=True)
    totals: dict[tuple[str, str], dict[str, int]] = {}
    rates: list[Row] = []
    won: dict[str, int] = {}
    values = {pool[3]: pool[6] for pool in POOLS}
    if not known_values:
        del values["rebellions-rebel"]
    for day in range(DAYS):
        bins: dict[tuple[str, str], dict[str, int]] = {}
        for pool in POOLS:
            seconds = day_of(pool, day, draw)
            for level, key in keys_of(pool):
                add(totals.setdefault((level, key), {}), seconds)
                if level in ("fleet", "site", "vendor"):
                    add(bins.setdefault((level, key), {}), seconds)
            for name, value in seconds.items():
                won[name] = won.get(name, 0) + value * pool[6] // 3600
        rates += [
            {"start_s": day * DAY, "bin_s": DAY, "level": level, "key": key}
            | {
                f"{name}_s": None if (key, day) == ("da", 14) else seconds[name]
                for name in ("installed", "available", "busy", "productive")
            }
            for (level, key), seconds in bins.items()
        ]
    write_table(folder, "waterfall", [waterfall_row(level, key, seconds) for (level, key), seconds in totals.items()])
    write_table(folder, "rates", rates)
    write_losses(folder, totals["fleet", ""], won if known_values else None)
    write_waits(folder)
    write_access(folder)
    fleet = waterfall_row("fleet", "", totals["fleet", ""])
    write_run_json(folder, fleet, values, seed)
    return folder


def keys_of(pool: tuple[Any, ...]) -> list[tuple[str, str]]:
    site, operator, _, model, vendor, *_ = pool
    return [
        ("fleet", ""),
        ("operator", operator),
        ("site", site),
        ("pool", f"{site}/{model}"),
        ("vendor", vendor),
        ("model", model),
    ]


def write_losses(folder: Path, fleet: dict[str, int], won: dict[str, int] | None) -> None:
    write_table(
        folder,
        "losses",
        [
            {
                "cause": name,
                "device_s": fleet[name],
                "share_of_contracted_ppm": fleet[name] * 10**6 // fleet["contracted"],
                "won": won[name] if won else None,
                "mend": "|".join(menders),
            }
            for name, menders in (*((cause.name, cause.menders) for cause in CAUSES), ("productive", ()))
        ],
    )


def write_waits(folder: Path) -> None:
    rows: list[Row] = []
    for index, bucket in enumerate(BUCKETS):
        jobs = (420_000, 96_000, 61_000, 30_500, 4_300, 45)[index]
        scale = (20, 90, 240, 1_900, 14_000, 91_000)[index]
        rows.append(
            {"bucket": bucket, "jobs": jobs, "started": jobs - index}
            | {
                "mean_s": scale * 1.7,
                "median_s": scale * 0.2 if index else 0,
                "p95_s": scale * 6,
                "p99_s": scale * 14,
                "slowdown_mean": 1.2,
            }
        )
    write_table(folder, "waits", rows)


def write_access(folder: Path) -> None:
    rows = [
        {
            "organisation": organisation,
            "region": region,
            "project": f"{organisation.lower().replace(' ', '-').replace('.', '')}-{number}",
            "granted_s": 0,
            "first_submit_s": 3_600 * (1 + index),
            "first_start_s": 3_600 * (1 + index) + 900 * number if (index, number) != (3, 3) else None,
            "jobs": 1_000 * (index + 1) + number if (index, number) != (3, 3) else 0,
            "credits_used": 120_000.0 * (index + 1) if index != 4 else None,
            "busy_s": 4_000_000_000 * (index + 1) // number if (index, number) != (3, 3) else 0,
        }
        for index, (organisation, region) in enumerate(ORGANISATIONS)
        for number in (1, 2, 3)
    ]
    write_table(folder, "access", rows)


def write_run_json(folder: Path, fleet: Row, values: dict[str, int], seed: int) -> None:
    summary = {
        "jobs_total": 612_345,
        "jobs_completed": 604_211,
        "jobs_rejected": 31,
        "jobs_waiting": 6_203,
        "jobs_running": 1_900,
        "makespan_s": DAYS * DAY,
        "wait_mean_s": 1_904.2,
        "wait_median_s": 38,
        "wait_p95_s": 9_120,
        "wait_p99_s": 61_400,
        "slowdown_mean": 3.4,
        "operating_rate": fleet["operating_rate"],
        "occupancy": fleet["occupancy"],
        "goodput_rate": fleet["goodput_rate"],
        "waterfall": {name: value for name, value in fleet.items() if name.endswith("_s")},
        "jain_fairness": 0.914,
        "credits_used": 21_904_112,
        "preemptions": 812,
        "evictions": 2_104,
        "reservations": {
            "idle_s": 1_116_000_000,
            "given": 412,
            "given_wait_mean_s": 23_400,
            "started": 398,
            "lapsed": 9,
            "started_wait_mean_s": 41_400,
        },
        "lost_work_s": 91_000_000,
        "dedicated": {"held_used_s": 9_000_000_000, "held_lent_s": 3_000_000_000, "held_idle_s": 400_000_000},
        "seed": seed,
        "version": "0.1.0",
        "horizon_s": DAYS * DAY,
        "start": "2026-01-01T00:00:00Z",
        "value_won_per_accelerator_hour": values,
    }
    assumptions = [
        {"what": "speed", "model": "rebellions-rebel", "workload": "llm-inference-large", "value": 0.35, "range": [0.2, 0.5]}
        | {"unit": "of H100", "who": "programme office", "why": "no independent measurement is public"},
        {"what": "value of an accelerator-hour", "model": "nvidia-b300", "workload": None, "value": 6_000, "range": [4_500, 7_500]}
        | {"unit": "won", "who": "programme office", "why": "no bid price is public <yet>"},
    ]
    run = {
        "dure": "0.1.0",
        "title": "A month on 50,000 accelerators",
        "seed": seed,
        "scenario": "korea-50k.yaml",
        "inputs": [{"path": "examples/korea-50k.yaml", "sha256": "9f" * 32}, {"path": "profile national-2026", "sha256": "1c" * 32}],
        "hash": "ab" * 32,
        "simulated": True,
        "locale_names": NAMES_KO,
        "assumptions": assumptions,
        "traces": [{"path": "jobs.swf", "rejects": [{"reason": "run time below 0", "rows": 29, "first_line": 7, "text": "7 -1 <x>"}]}],
        "rejects": [{"reason": "no pool has 9,000 accelerators", "jobs": 2, "first_job_ids": [11, 12]}],
        "notes": ["times without a zone are read as UTC"],
        "summary": summary,
    }
    (folder / "run.json").write_text(json.dumps(run, ensure_ascii=False, indent=1), encoding="utf-8")
