"""What Prometheus reads: requests and commits of this process, and the fleet now. No name of a person, a project or a job is a label."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dure.ledger.access import spans
from dure.web.ports import Books, RatesNow

MEDIA = "text/plain; version=0.0.4; charset=utf-8"


class _Fleet(Collector):
    """Asked when somebody reads, not before."""

    def __init__(self, rates: Callable[[], RatesNow]) -> None:
        self._rates = rates

    def collect(self) -> list[Metric]:
        found = GaugeMetricFamily(
            "dure_accelerators", "Accelerators now, by line and cause of the waterfall", labels=("pool", "model", "line")
        )
        for pool in self._rates().pools:
            for line, milli in pool.milli.items():
                found.add_metric([pool.path, pool.model, line], milli / 1000)
        return [found]


class _Log(Collector):
    """How long the log is and how far its broker is behind; what is not known is left out."""

    def __init__(self, counts: Callable[[], Mapping[str, int]]) -> None:
        self._counts = counts

    def collect(self) -> list[Metric]:
        known, told = self._counts(), (("rows", "dure_log_rows"), ("unread", "dure_inbox_unread"))
        return [GaugeMetricFamily(name, _ABOUT[name], value=known[key]) for key, name in told if key in known]


_ABOUT = {
    "dure_log_rows": "Rows of the log, as far as this process has followed it",
    "dure_inbox_unread": "Acts that were accepted and that the broker has not read",
}


class _Books(Collector):
    """Use since the first row of the store, by pool; what is unknown of a pool is left out. Access over all projects."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def collect(self) -> list[Metric]:
        labels = ("pool", "model", "operator")
        found = {name: CounterMetricFamily(f"dure_usage_{name}", text, labels=labels) for name, text in _USED.items()}
        for one in self._books.by_pool():
            amounts = {
                "accelerator_seconds": one.busy_milli_s / 1000,
                "credits": one.credits_micro / 1_000_000,
                "energy_wh": one.energy_wh,
                "electricity_won": one.electricity_won,
                "service_won": one.service_won,
            }
            for name, amount in amounts.items():
                if amount is not None:
                    found[name].add_metric([one.pool, one.model, one.operator], amount)
        waits = GaugeMetricFamily("dure_access_seconds", "Access of projects by step and quantile", labels=("step", "quantile"))
        counts = GaugeMetricFamily("dure_access_projects", "Projects through a step, or waiting for its end", labels=("step", "state"))
        for span in spans(self._books.access()):
            for quantile, seconds in (("0.5", span.median_s), ("0.9", span.p90_s)):
                if seconds is not None:
                    waits.add_metric([span.step, quantile], seconds)
            counts.add_metric([span.step, "through"], span.through)
            counts.add_metric([span.step, "waiting"], span.waiting)
        return [*found.values(), waits, counts]


_USED = {
    "accelerator_seconds": "Time at work",
    "credits": "Credits that were charged",
    "energy_wh": "Energy of time at work, assumed from stated power",
    "electricity_won": "Electricity of that energy, by the tariff of the site",
    "service_won": "What operators are paid for time at work",
}


class Meters:
    """One registry a process, made with its services."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("dure_requests", "Requests by route and status", ("route", "method", "status"), registry=self.registry)
        self.together = Histogram(
            "dure_commit_acts", "Acts kept by one commit", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500), registry=self.registry
        )

    def watch(self, rates: Callable[[], RatesNow], counts: Callable[[], Mapping[str, int]], books: Books | None = None) -> None:
        """Show the fleet and the log beside them, and what was used."""
        self.registry.register(_Fleet(rates))
        self.registry.register(_Log(counts))
        if books is not None:
            self.registry.register(_Books(books))

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)
