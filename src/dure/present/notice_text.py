"""What a mail about a job says: both languages, because nobody's is known where it is sent."""

from __future__ import annotations

from dure.present.numbers import Lang
from dure.present.words import Words


def mail_text(event: str, job: str, name: str, outcome: str) -> tuple[str, str]:
    """(subject, text)."""
    english, korean = Words(Lang.EN), Words(Lang.KO)
    told = [say(f"notice.{event}", job=job, name=name, outcome=say(f"outcome.{outcome}") if outcome else "") for say in (english, korean)]
    subject = english("notice.subject", job=job, name=name, text=english(f"notice.{event}.short"))
    return subject, "\n".join([*told, "", english("notice.more", job=job), korean("notice.more", job=job), ""])
