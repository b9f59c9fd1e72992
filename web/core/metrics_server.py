"""`/metrics`, on its own loopback port: requests of all processes, and the mail that waits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import asyncpg
import structlog
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from web.core.db import UNAVAILABLE
from web.settings import Settings

log = structlog.get_logger("metrics")
TIMEOUT_SECONDS = 5


class MailQueue(Collector):
    """How many mails wait and since when, asked of the database when someone looks."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    def collect(self) -> Iterable[Metric]:
        """Nothing when the database cannot say."""
        try:
            waiting, oldest = asyncio.run(self._ask())
        except (*UNAVAILABLE, asyncpg.PostgresError):
            return
        yield GaugeMetricFamily("mail_waiting", "Mails neither sent nor held.", waiting)
        yield GaugeMetricFamily("mail_oldest_seconds", "Age of the oldest of them.", oldest)

    async def _ask(self) -> tuple[int, float]:
        connection = await asyncpg.connect(self._database_url, timeout=TIMEOUT_SECONDS)
        try:
            row = await connection.fetchrow(
                """
                SELECT count(*) AS waiting,
                       coalesce(extract(epoch FROM now() - min(created_at)), 0)::float AS oldest
                FROM mail WHERE status IN ('queued', 'retrying')
                """,
                timeout=TIMEOUT_SECONDS,
            )
        finally:
            await connection.close(timeout=TIMEOUT_SECONDS)
        return row["waiting"], row["oldest"]


def start_metrics(settings: Settings) -> None:
    """Serve the metrics of this server's processes, in a thread."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(MailQueue(settings.database_url))
    host, _, port = settings.metrics_bind.rpartition(":")
    try:
        start_http_server(int(port), host, registry)
    except OSError:
        log.warning("metrics port taken: no metrics", setting="METRICS_BIND")
