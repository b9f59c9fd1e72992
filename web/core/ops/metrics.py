"""Prometheus metrics, served on a separate loopback port."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("web_requests_total", "Requests answered.", ("route", "method", "status"))
LATENCY = Histogram(
    "web_request_seconds",
    "Time to answer.",
    ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
HASHING = Gauge("argon2_pending", "Passwords being hashed or waiting.", multiprocess_mode="livesum")
REFUSED_WORK = Counter(
    "work_refused_total", "Requests refused because too many waited for this work.", ("work",)
)


def observe_request(route: str, method: str, status: int, seconds: float) -> None:
    """Record a request; routes and methods are bounded sets."""
    REQUESTS.labels(route, method if method in ("GET", "POST") else "other", status).inc()
    LATENCY.labels(route).observe(seconds)
