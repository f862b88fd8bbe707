"""Numbers for Prometheus: requests and how long they took, and the state of the service."""

from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from consortium.operations.measuring import GAUGES, Reading

BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
MEDIA_TYPE: Final = CONTENT_TYPE_LATEST
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Meter:
    """The numbers of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "consortium_http_requests_total",
            "Requests by endpoint, method and status",
            ("endpoint", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "consortium_http_request_seconds",
            "Time to answer, by endpoint",
            ("endpoint",),
            buckets=BUCKETS,
            registry=self.registry,
        )

    def note(self, endpoint: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request; methods that nobody knows count as one."""
        known = method if method in METHODS else "other"
        self.requests.labels(endpoint, known, str(status)).inc()
        self.seconds.labels(endpoint).observe(seconds)

    def text(self, readings: Iterable[Reading]) -> bytes:
        """Everything in the text format: this process's requests, and `readings` of the service."""
        now, gauges = CollectorRegistry(), dict[str, Gauge]()
        for reading in readings:
            if reading.name not in gauges:
                names = tuple(reading.labels)
                gauges[reading.name] = Gauge(
                    reading.name, GAUGES[reading.name], names, registry=now
                )
            gauge = gauges[reading.name]
            (gauge.labels(**reading.labels) if reading.labels else gauge).set(reading.value)
        return generate_latest(self.registry) + generate_latest(now)
