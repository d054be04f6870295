"""Notices of jobs, sent by mail and webhook as the log goes on: beside everything else, for a mail server may be slow."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from dure.adapters.notice_lanes import Lanes
from dure.adapters.notices import Notice, Notices
from dure.adapters.senders import Webhooks, key_of, mail_of, sender
from dure.present.notice_text import mail_text


class Teller:
    """What is due and the ways out of the house."""

    def __init__(self, engine: Engine, data: Path, now: Callable[[], int]) -> None:
        notices, self._now = Notices(engine), now
        webhooks = Webhooks(key_of(data), local=bool(os.environ.get("DURE_WEBHOOK_LOCAL")))
        self._lanes = Lanes(notices, sender(mail_of(os.environ), webhooks, notices.address, _text, now))

    def tell(self) -> int:
        """Send the notices that are due; how many got through."""
        return self._lanes.turn(self._now())


def _text(one: Notice) -> tuple[str, str]:
    return mail_text(one.event, one.job, one.name, one.outcome)
