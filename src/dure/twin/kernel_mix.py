"""The synthetic mix on which the kernel is measured: ten gang sizes, lognormal run times, loose estimates, Poisson arrivals.

Sizes 1, 2, 4 … 512 with 35/10/10/20/8/6/5/3/1.5/0.9 %, run lognormal (median 1,800 s, sigma 1.6, 10 s to 7 days), estimate 1 to 5
times the run plus a minute, cut at 7 days. A yardstick for speed, no picture of any cluster.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from dure.twin.draws import Ints, Stream, below, bits, choice, lognormal, poisson_times
from dure.wire.tables import Jobs

SIZES: Final = tuple(2**k for k in range(10))
WEIGHTS: Final = (350, 100, 100, 200, 80, 60, 50, 30, 15, 9)
QOS: Final = (("normal", 60), ("high", 30), ("urgent", 10))
RUN_MEDIAN_S: Final = 1_800
RUN_SIGMA_PPM: Final = 1_600_000
RUN_MIN_S: Final = 10
RUN_MAX_S: Final = 7 * 86_400
_BLOCK: Final = 1 << 16  # rows at a time: the work of a block stays in the cache


def kernel_mix(n: int, seed: int = 1, load: float = 0.95, devices: int = 50_000, *, projects: int = 1, qos: int = 1) -> Jobs:
    """`n` jobs that ask `load` times what `devices` give from the first to the last submission.

    `projects` get weights 1/(k+4); `qos` up to 3 qualities of service with 60/30/10 %.
    """
    run_s, request_s = np.empty(n, np.int64), np.empty(n, np.int64)
    size, project, quality = np.empty(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int8)
    arrival = np.empty(n, np.uint64)
    sizes = np.array(SIZES, np.int32)
    project_weights = [2_000_000 // (k + 4) for k in range(projects)]
    for at in range(0, n, _BLOCK):
        block = slice(at, min(at + _BLOCK, n))
        job = np.arange(block.start, block.stop)
        run_s[block] = np.maximum(lognormal(bits(seed, Stream.RUN, job), RUN_MEDIAN_S, RUN_SIGMA_PPM, RUN_MAX_S), RUN_MIN_S)
        request_s[block] = _estimate(run_s[block], below(bits(seed, Stream.REQUEST, job), 1 << 20))
        size[block] = sizes[choice(bits(seed, Stream.SIZE, job), WEIGHTS)]
        arrival[block] = bits(seed, Stream.ARRIVAL, job)
        if projects > 1:
            project[block] = choice(bits(seed, Stream.PROJECT, job), project_weights)
        if qos > 1:
            quality[block] = choice(bits(seed, Stream.QOS, job), [weight for _, weight in QOS[:qos]])
    work_s = int((run_s * size).sum())
    span_s = max(1, work_s * 1_000_000 // (devices * round(load * 1_000_000)))
    return Jobs.build(
        submit_s=poisson_times(arrival, span_s),
        run_s=run_s,
        request_s=request_s,
        devices=size,
        project=project,
        qos=quality,
        projects=[f"p{k:03d}" for k in range(projects)],
        qos_names=[name for name, _ in QOS[:qos]],
    )


def _estimate(run_s: Ints, slack: Ints) -> Ints:
    """Run times 1 to 5 plus a minute; `slack` is even from 0 to 2^20."""
    request_s: Ints = np.minimum(run_s + (run_s * slack >> 18) + 60, RUN_MAX_S)
    return request_s
