"""Words: every sentence a person reads, in Korean and in English, from one table.

`Words(lang)("key", name=value)` looks a phrase up and fills it. A phrase is a pair (English, Korean) side by side in
`present/phrases_*.py`, so that a reviewer sees both; both use the same parameters (a test compares them). Two formats are added
to Python's own: `{name:은}`, `{name:이}`, `{name:을}`, `{name:으로}`, `{name:과}` append the Korean particle that fits the last
sound of the value, and `{n:one|many}` chooses the English noun after a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from dure.model.reasons import Cause, Code, Mender, Reason
from dure.model.units import MICRO
from dure.present import numbers
from dure.present.numbers import Lang
from dure.present.particles import PARTICLES, particle
from dure.present.phrases_assumed import ASSUMED
from dure.present.phrases_audit import AUDIT
from dure.present.phrases_award_flagged import AWARD_FLAGGED
from dure.present.phrases_award_grounds import AWARD_GROUNDS
from dure.present.phrases_award_partly import AWARD_PARTLY
from dure.present.phrases_award_prices import AWARD_PRICES
from dure.present.phrases_award_rules import AWARD_RULES
from dure.present.phrases_award_said import AWARD_SAID
from dure.present.phrases_books import BOOKS
from dure.present.phrases_catalog import CATALOG
from dure.present.phrases_choice import CHOICE
from dure.present.phrases_cli import CLI
from dure.present.phrases_data import DATA
from dure.present.phrases_demand import DEMAND
from dure.present.phrases_deploy import DEPLOY
from dure.present.phrases_engines import ENGINES
from dure.present.phrases_files import FILES_SAID
from dure.present.phrases_fitted import FITTED
from dure.present.phrases_fleets import FLEETS
from dure.present.phrases_front import FRONT
from dure.present.phrases_funding import FUNDING
from dure.present.phrases_funding_page import FUNDING_PAGE
from dure.present.phrases_help import HELP_KO
from dure.present.phrases_jobs import JOBS
from dure.present.phrases_jobs_more import JOBS_MORE
from dure.present.phrases_jobs_told import JOBS_TOLD
from dure.present.phrases_minutes import MINUTES
from dure.present.phrases_money import MONEY
from dure.present.phrases_names import REGIONS, VENDORS
from dure.present.phrases_nodes import NODES
from dure.present.phrases_pages import PAGES
from dure.present.phrases_plan import COST
from dure.present.phrases_plan_award import AWARD
from dure.present.phrases_plan_chart import PLAN_CHART
from dure.present.phrases_plan_check import PLAN_CHECK
from dure.present.phrases_plan_cost import PLAN_COST
from dure.present.phrases_plan_diff import PLAN_DIFF
from dure.present.phrases_plan_terms import PLAN_TERMS
from dure.present.phrases_planner import PLANNER
from dure.present.phrases_programme import PROGRAMME
from dure.present.phrases_purchase import PURCHASE
from dure.present.phrases_rate import RATE
from dure.present.phrases_reasons import CAUSE_WORDS, MENDER_WORDS, REASON_WORDS, STEP_WORDS
from dure.present.phrases_refusal import REFUSAL
from dure.present.phrases_report import REPORT
from dure.present.phrases_risk import RISK
from dure.present.phrases_rules import RULES
from dure.present.phrases_services import SERVICES
from dure.present.phrases_simulated import SIMULATED
from dure.present.phrases_store import STORE
from dure.present.phrases_stress import STRESS
from dure.present.phrases_study import STUDY
from dure.present.phrases_study_chart import STUDY_CHART
from dure.present.phrases_study_refused import STUDY_REFUSED
from dure.present.phrases_tariffs import TARIFFS
from dure.present.phrases_tender import TENDER
from dure.present.phrases_thrift import THRIFT
from dure.present.phrases_trace import TRACE
from dure.present.phrases_twin import TWIN
from dure.present.phrases_web import WEB
from dure.present.phrases_work import WORK

Names = Mapping[str, str | Mapping[str, str]]

PHRASES: dict[str, tuple[str, str]] = {
    **CLI,
    **ASSUMED,
    **AUDIT,
    **DEPLOY,
    **STORE,
    **REPORT,
    **REFUSAL,
    **PLAN_CHECK,
    **SERVICES,
    **SIMULATED,
    **CATALOG,
    **TRACE,
    **TWIN,
    **COST,
    **AWARD,
    **AWARD_SAID,
    **AWARD_RULES,
    **AWARD_GROUNDS,
    **AWARD_PARTLY,
    **AWARD_FLAGGED,
    **AWARD_PRICES,
    **TENDER,
    **MINUTES,
    **STRESS,
    **PURCHASE,
    **PLANNER,
    **MONEY,
    **FRONT,
    **FLEETS,
    **TARIFFS,
    **RISK,
    **CHOICE,
    **RULES,
    **PLAN_COST,
    **PLAN_CHART,
    **FILES_SAID,
    **FITTED,
    **PLAN_DIFF,
    **PLAN_TERMS,
    **THRIFT,
    **STUDY,
    **STUDY_CHART,
    **STUDY_REFUSED,
    **DATA,
    **DEMAND,
    **FUNDING,
    **FUNDING_PAGE,
    **ENGINES,
    **JOBS,
    **JOBS_MORE,
    **JOBS_TOLD,
    **WEB,
    **WORK,
    **NODES,
    **BOOKS,
    **PAGES,
    **PROGRAMME,
    **RATE,
}


class _Phrase(Formatter):
    """`str.format` with particles and plurals; a missing parameter is a bug and raises KeyError."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in PARTICLES:
            text = self.format_field(value, "")
            return text + particle(text, format_spec)
        if "|" in format_spec:
            one, many = format_spec.split("|", 1)
            return one if value == 1 else many
        if format_spec == "" and isinstance(value, int) and not isinstance(value, bool):
            return f"{value:,}"
        return str(super().format_field(value, format_spec))


class Words:
    """One language: phrases, numbers, money, time, causes and reasons."""

    def __init__(self, lang: Lang = Lang.EN, names: Names | None = None) -> None:
        """`names` maps ids to their Korean names by kind of thing (`site`, `project` …); used in Korean only.

        A flat mapping, as run folders of before held, is of every kind but regions.
        """
        self.lang = lang
        self._column = 1 if lang is Lang.KO else 0
        given = dict(names or {}) if lang is Lang.KO else {}
        self._flat = {name: one for name, one in given.items() if isinstance(one, str)}
        self._by_kind = {kind: one for kind, one in given.items() if not isinstance(one, str)}
        self._phrase = _Phrase(lang)

    def __call__(self, key: str, /, **params: Any) -> str:
        return self._phrase.vformat(PHRASES[key][self._column], (), params)

    def get(self, key: str, otherwise: str) -> str:
        """A phrase without parameters, or `otherwise` where there is none: for words that come from files."""
        return self(key) if key in PHRASES else otherwise

    def help(self, english: str) -> str:
        """Help text of an option: its English stands in the code, its Korean in `phrases_help`."""
        return HELP_KO.get(english, english) if self.lang is Lang.KO else english

    def name(self, key: str, kind: str) -> str:
        """The proper name of a thing of a kind: the Korean one where a scenario gives it, a vendor's and a region's as people write it."""
        known = {"vendor": VENDORS, "region": REGIONS}.get(kind, {}).get(key)
        if known:
            return known[self._column]
        if kind == "region":
            return key
        return self._by_kind.get(kind, {}).get(key) or self._flat.get(key, key)

    def step(self, step: str) -> str:
        return STEP_WORDS[step][self._column]

    def cause(self, name: str) -> str:
        """Short name of a cause, for a row or a legend."""
        return CAUSE_WORDS[name][0][self._column]

    def because(self, name: str) -> str:
        """What happened, as a clause that follows "because" / precedes "때문에"."""
        return CAUSE_WORDS[name][1][self._column]

    def mend(self, name: str) -> str:
        """What its mender can do about a cause, one sentence."""
        return CAUSE_WORDS[name][2][self._column]

    def mender(self, mender: Mender | str) -> str:
        return MENDER_WORDS[Mender(mender)][self._column]

    def menders(self, cause: Cause) -> str:
        joint = "·" if self.lang is Lang.KO else " or "
        return joint.join(self.mender(mender) for mender in cause.menders)

    def reason(self, reason: Reason) -> str:
        """One clause for one reason."""
        params: dict[str, Any] = dict(reason.params)
        template = REASON_WORDS[reason.code]
        pair = template(params) if callable(template) else template
        return self._phrase.vformat(pair[self._column], (), self._readable(params))

    def _readable(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Adds `<x>_text` beside every parameter with a unit in its name."""
        readable = dict(params)
        for name, value in params.items():
            if name.endswith("_s") and isinstance(value, int):
                readable[f"{name}_text"] = self.duration(value)
            if name.endswith("_micro") and isinstance(value, int):
                readable[f"{name}_text"] = self.compact(value / MICRO)
            if name in ("pool", "project", "site"):
                readable[name] = self.pool(str(value)) if name == "pool" else self.name(str(value), name)
            if name == "project" and readable[name] == str(value):
                readable[name] = self.name(str(value), "organisation")
        return readable

    def pool(self, pool: str) -> str:
        """A pool is named by its site and its own name."""
        site, slash, rest = pool.partition("/")
        return f"{self.name(site, 'site')}{slash}{rest}"

    def why(self, reasons: Iterable[Reason]) -> str:
        """All reasons of one job as one sentence."""
        clauses = [self.reason(one) for one in reasons]
        if not clauses:
            return ""
        sentence = "; ".join(clauses)
        return sentence[0].upper() + sentence[1:] + "." if self.lang is Lang.EN else sentence + "."

    def count(self, value: float | None) -> str:
        return numbers.count(value, self.lang)

    def compact(self, value: float | None) -> str:
        return numbers.compact(value, self.lang)

    def won(self, value: int | None) -> str:
        return numbers.won(value, self.lang)

    def won_exact(self, value: int | None) -> str:
        return numbers.won_exact(value, self.lang)

    def percent(self, share: float | None, digits: int = 1) -> str:
        return numbers.percent(share, self.lang, digits)

    def duration(self, seconds: float | None) -> str:
        return numbers.duration(seconds, self.lang)

    def bytes(self, amount: int | None) -> str:
        return numbers.size(amount, self.lang)

    def hours(self, device_s: int | None) -> str:
        return numbers.accelerator_hours(device_s, self.lang)

    def date(self, start: str, seconds: int = 0) -> str:
        return numbers.date(numbers.moment_of(start, seconds), self.lang)

    def date_time(self, start: str, seconds: int = 0) -> str:
        return numbers.date_time(numbers.moment_of(start, seconds), self.lang)

    @property
    def unknown(self) -> str:
        return numbers.UNKNOWN[self.lang]


def expected_codes() -> frozenset[Code]:
    """The codes that have words; a test compares them with all codes."""
    return frozenset(REASON_WORDS)
