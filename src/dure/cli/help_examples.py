"""One line for each command that works as it stands, from the folder that holds examples/: for its page of help."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final[dict[str, str]] = {
    "check": "dure check examples/korea-50k.yaml",
    "catalog": "dure catalog nvidia-h200",
    "catalog fleets": "dure catalog fleets",
    "catalog tariffs": "dure catalog tariffs general-b-high-a-1",
    "twin": "dure twin run examples/quickstart.yaml",
    "twin run": "dure twin run examples/quickstart.yaml",
    "twin compare": "dure twin compare examples/quickstart.yaml examples/quickstart-fcfs.yaml",
    "twin why": "dure twin why runs/quickstart 5",
    "twin funding": "dure twin funding examples/gwangju.yaml --funding 100%,4%",
    "plan": "dure plan run examples/korea-50k-funded.yaml",
    "plan run": "dure plan run examples/korea-50k-funded.yaml --output plan.html",
    "plan risk": "dure plan risk examples/korea-50k-shocks.yaml --stress",
    "plan cost": "dure plan cost examples/korea-50k-funded.yaml --xlsx cost.xlsx",
    "plan diff": "dure plan diff examples/korea-50k.yaml examples/korea-50k-funded.yaml",
    "plan front": "dure plan front examples/korea-50k-funded.yaml --points 4",
    "plan ranges": "dure plan ranges examples/study-small.yaml",
    "plan alternatives": "dure plan alternatives examples/korea-50k-funded.yaml --plans 2",
    "plan values": "dure plan values examples/study-small.yaml --set plan.purchase.objective=served",
    "plan award": "dure plan award examples/korea-2026-round-2.yaml --stress --minutes minutes.html",
    "plan fleet": "dure plan fleet examples/study-small.yaml --output fleet.yaml",
    "demand": "dure demand project examples/applications.csv",
    "demand project": "dure demand project examples/applications.csv --scenario examples/korea-50k.yaml",
    "study": "dure study examples/study-small.yaml",
    "jobs explain": "dure jobs explain examples/jobs/finetune.yaml --fleet examples/quickstart.yaml",
    "report": "dure report runs/quickstart --output report.html",
    "validate": "dure validate P8",
}
"""By the path of the command."""
