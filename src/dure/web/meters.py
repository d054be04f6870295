"""What Prometheus reads: requests and commits of this process, and the fleet now. No name of a person, a project or a job is a label."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dure.web.ports import RatesNow

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


class Meters:
    """One registry a process, made with its services."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("dure_requests", "Requests by route and status", ("route", "method", "status"), registry=self.registry)
        self.together = Histogram(
            "dure_commit_acts", "Acts kept by one commit", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500), registry=self.registry
        )

    def watch(self, rates: Callable[[], RatesNow], counts: Callable[[], Mapping[str, int]]) -> None:
        """Show the fleet and the log beside them."""
        self.registry.register(_Fleet(rates))
        self.registry.register(_Log(counts))

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)
