"""`dure rate` over a million lines of accounting: CPU seconds from the file to the page's figures, packed tightly on 500 nodes."""

from __future__ import annotations

import heapq
import random
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

HEAD = "JobID|Submit|Eligible|Start|End|Elapsed|Suspended|State|AllocTRES|ReqTRES|NNodes|NodeList|User|Account|Partition|Reason"
BEGIN = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
STATES = ("COMPLETED",) * 16 + ("FAILED", "TIMEOUT", "NODE_FAIL", "CANCELLED by 1004")


def _text(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def records(folder: Path, lines: int, nodes: int = 500) -> tuple[Path, Path]:
    """A file of that many jobs (an eighth of them on two to four whole nodes) and the list of its nodes; no job overlaps another."""
    draw = random.Random(1)
    free = [(BEGIN, node, slot) for node in range(nodes) for slot in range(2)]
    heapq.heapify(free)
    path, known = folder / "sacct.txt", folder / "nodes.csv"
    known.write_text(f"node,accelerators,model\nn[0001-{nodes:04d}],8,h100\n", encoding="utf-8")
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD + "\n")
        for job in range(lines):
            start, node, slot = heapq.heappop(free)
            length = int(draw.lognormvariate(7.5, 1.6)) + 10
            wait = draw.choice((0, 1, 5, 60, 3_600))
            taken = [(start, node, slot)]
            if job % 8 == 0:
                taken += [heapq.heappop(free) for _ in range(draw.randint(1, 3))]
                start = max(one[0] for one in taken)
            for _, other, part in taken:
                heapq.heappush(free, (start + length, other, part))
            names = sorted({f"{other + 1:04d}" for _, other, _ in taken})
            where = f"n{names[0]}" if len(names) == 1 else f"n[{','.join(names)}]"
            count = 4 * len(names)
            tres = f"billing={count * 8},cpu={count * 8},gres/gpu:h100={count},gres/gpu={count},mem={count * 120}G,node={len(names)}"
            days, rest = divmod(length, 86_400)
            elapsed = (f"{days}-" if days else "") + f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
            times = "|".join(_text(at) for at in (start - wait, start - wait, start, start + length))
            who = f"u{draw.randrange(800)}|a{draw.randrange(90)}|gpu|None"
            file.write(f"{job}|{times}|{elapsed}|00:00:00|{draw.choice(STATES)}|{tres}|{tres}|{len(names)}|{where}|{who}\n")
    return path, known


def cpu_s(lines: int) -> float:
    """User and system seconds of the command over that many lines, compiled code on disk."""
    with tempfile.TemporaryDirectory() as folder:
        _used(*records(Path(folder), 10_000))  # a file needs jobs that end before others begin
        return _used(*records(Path(folder), lines))


def _used(path: Path, known: Path) -> float:
    command = [sys.executable, "-m", "dure", "rate", str(path), "--nodes", str(known), "--assume-up", "--zone", "UTC", "--json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
