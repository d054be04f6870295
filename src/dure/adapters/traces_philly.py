"""The CSV form of Microsoft's Philly trace: timestamp, duration, num_gpus, gpu_time, cluster.

The virtual cluster becomes the project. The file names no users, no estimates and no outcome, and its local times are read as UTC.
"""

from __future__ import annotations

from functools import partial

from dure.adapters.traces_cells import delimited
from dure.adapters.traces_draft import Draft, line_texts
from dure.adapters.traces_zone import zone_name
from dure.wire.tables import DEVICES_MAX, SECONDS_MAX, Jobs

HEADER = b"timestamp,duration,num_gpus,gpu_time,cluster"
FIELDS = 5


def looks_like(head: bytes) -> bool:
    return head.split(b"\n", 1)[0].strip() == HEADER


def read(data: bytes) -> tuple[Jobs, Draft]:
    """All jobs of the file, sorted by submission."""
    skip = data.find(b"\n") + 1 or len(data)
    projects: dict[str, int] = {}
    draft = Draft(partial(line_texts, data), names={"projects": projects}, unix=True, passed_over=1)
    for rows in delimited(data, ",", FIELDS, skip):
        submit_s = rows.instants(0, "timestamp")
        run_s = rows.numbers(1, "duration", least=-(2**53), most=SECONDS_MAX)
        rows.refuse(run_s == 0, "duration", "zero")
        rows.refuse(run_s < 0, "duration", "negative")
        devices = rows.numbers(2, "num_gpus", least=1, most=DEVICES_MAX, whole=True)
        project = rows.texts(4, "cluster", projects)
        draft.take(rows, submit_s=submit_s, run_s=run_s, devices=devices, project=project)
    if not projects:
        projects[""] = 0
    jobs = draft.jobs()
    draft.notes.append(f"times without a zone are read as {zone_name()}; no estimates: the run time stands in")
    return jobs, draft
