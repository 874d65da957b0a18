"""Numbers for Prometheus: requests as they come, and the state of the service when it is asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dubwright.jobs.census import Census

_BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Instruments:
    """The counters of one API process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "dubwright_requests",
            "Requests answered, by route, method and class of status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.request_s = Histogram(
            "dubwright_request_seconds",
            "Seconds from a request to the end of its answer.",
            ("route", "method"),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "dubwright_requests_in_flight", "Requests being answered.", registry=self.registry
        )
        self.listeners = Gauge(
            "dubwright_listeners", "Open streams of live progress.", registry=self.registry
        )
        self.rejected_keys = Counter(
            "dubwright_rejected_keys",
            "Requests with no key or one that is not valid.",
            registry=self.registry,
        )

    def observe(self, route: str, method: str, status: int, elapsed_s: float) -> None:
        """Count one answered request."""
        self.requests.labels(route, method, f"{status // 100}xx").inc()
        self.request_s.labels(route, method).observe(elapsed_s)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Count a stream of live progress while it is open."""
        self.listeners.inc()
        try:
            yield
        finally:
            self.listeners.dec()

    def render(self, census: Census) -> bytes:
        """Prometheus text: the counters, and what the database says at this moment."""
        momentary = CollectorRegistry()
        momentary.register(_Taken(census))
        return generate_latest(self.registry) + generate_latest(momentary)


def instruments_of(request: Request) -> Instruments:
    """The counters of the process that answers this request."""
    instruments: Instruments = request.app.state.instruments
    return instruments


class _Taken(Collector):
    """A census as gauges: rows come and go, so none of these is a counter."""

    def __init__(self, census: Census) -> None:
        self._census = census

    def collect(self) -> Iterator[Metric]:
        census = self._census
        yield _family(
            "dubwright_operations",
            "Operations kept, by queue and state.",
            ("queue", "state"),
            census.operations,
        )
        yield _family(
            "dubwright_oldest_queued_seconds",
            "How long the oldest operation of a queue has waited.",
            ("queue",),
            census.oldest_queued_s,
        )
        yield _family("dubwright_workers", "Workers alive.", (), {(): census.workers})
        yield _family(
            "dubwright_provider_calls",
            "Calls of engines in the process log, by kind, provider and outcome.",
            ("kind", "provider", "outcome"),
            census.provider_calls,
        )
        yield _family("dubwright_errors", "Failures, by code.", ("code",), census.errors)


def _family(
    name: str,
    meaning: str,
    labels: tuple[str, ...],
    values: Mapping[tuple[str, ...], float],
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for label_values, number in values.items():
        family.add_metric(label_values, number)
    return family
