"""One sound request of each kind, as the document of the API shows it. Tests read every one of them and send those that anybody may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

EXAMPLES: Final[Mapping[str, dict[str, Any]]] = {
    "SubmitRequest": {
        "spec": {
            "name": "finetune-llama3-8b",
            "framework": "pytorch",
            "accelerators": 1,
            "time": "8h",
            "checkpoint": "30m",
            "run": "torchrun train.py",
        },
        "project": "univ-vision",
    },
    "ExplainRequest": {"text": "name: hello\naccelerators: 1\ntime: 10m\nrun: echo hello\n"},
    "MissingRequest": {"sha256": ["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},
    "ShellRequest": {"rows": 40, "columns": 120, "term": "xterm-256color"},
    "ShellSize": {"rows": 40, "columns": 120},
    "OrganisationRequest": {"name": "Hanbit University", "kind": "academia", "name_ko": "한빛대학교", "region": "Gwangju"},
    "PersonRequest": {"organisation": 1, "name": "Kim Hana", "mail": "hana@example.org"},
    "RoleRequest": {"role": "reviewer"},
    "TokenRequest": {"label": "laptop", "scopes": ["read", "jobs"], "life": "30d"},
    "MemberRequest": {"person": 2, "role": "researcher"},
    "StopRequest": {"stopped": True},
    "QuotaRequest": {"accelerators": 16, "model": "nvidia-h100"},
    "CallRequest": {
        "name": "autumn",
        "title": "Autumn call",
        "credits": 100000,
        "most": {"credits": 20000, "term": "180d"},
        "panel": {"criteria": {"impact": 60, "plan": 40}, "reviews": 2, "least_points": 50, "organisation_most": "20%"},
        "copay": {"price": 4000, "firms": "7%"},
    },
    "SignRequest": {"seal": "9f2c1c1e0d"},
    "ApplyRequest": {"project": "univ-vision", "title": "Seeing under water", "credits": 100, "term": "30d"},
    "ReviewRequest": {"points": {"impact": 80, "plan": 70}, "comment": "Sound; the data set is open."},
    "GiveRequest": {"credits": 500, "reason": "disaster response"},
    "LendRequest": {"lent": True},
    "BudgetRequest": {"budget": "500만"},
    "AnswerRequest": {"text": "The data set came three weeks late; training begins on Monday."},
    "JudgeRequest": {"accepted": True},
    "WatchRequest": {},
    "UpkeepRequest": {"upkeep": "drain", "reason": "new fans on Friday"},
    "DataRequest": {
        "name": "imagenet",
        "project": "univ-vision",
        "manifest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    },
    "SettleRequest": {"operator": "A"},
}
"""By the name of the request."""
