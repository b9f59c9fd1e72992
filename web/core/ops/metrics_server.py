"""`/metrics`, on a separate loopback port: metrics of all processes, and the mail queue."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

import asyncpg
import structlog
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from web.core.db.connection import Record
from web.core.db.connections import UNAVAILABLE, dedicated_connection
from web.core.ops import metrics_queries
from web.settings import Settings
from web.settings.values import parse_host

log = structlog.get_logger("metrics")
TIMEOUT_SECONDS = 5


class MailQueue(Collector):
    """The state of the mail queue, queried at each scrape."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    def collect(self) -> Iterable[Metric]:
        """Yield the metrics; none when the database is unavailable."""
        try:
            waiting, not_sent = asyncio.run(self._fetch())
        except (*UNAVAILABLE, asyncpg.PostgresError):
            return
        yield GaugeMetricFamily("mail_waiting", "Mails neither sent nor held.", waiting["waiting"])
        yield GaugeMetricFamily(
            "mail_oldest_seconds", "Age of the oldest of them.", waiting["oldest"]
        )
        yield GaugeMetricFamily(
            "mail_delayed_by_us",
            "Those of them that our relay, or what it refuses us, delays.",
            waiting["ours"],
        )
        limited = GaugeMetricFamily(
            "mail_limited",
            "Mails of the last hour not sent, or grouped, because their mailbox had many.",
            labels=("kind", "outcome"),
        )
        for row in not_sent:
            limited.add_metric((row["kind"], row["status"]), row["number"])
        yield limited

    async def _fetch(self) -> tuple[Record, list[Record]]:
        async with dedicated_connection(
            self._database_url, name="compte-formation metrics", silence_seconds=TIMEOUT_SECONDS
        ) as connection:
            waiting = await metrics_queries.get_waiting(connection)
            not_sent = await metrics_queries.list_not_sent(connection)
        return waiting, not_sent


class ServerProcesses(MultiProcessCollector):
    """The metrics of the server's processes; live gauges disappear with their process."""

    def collect(self) -> Iterable[Metric]:
        """Collect the metrics, after removing the live gauges of processes that were killed."""
        folder = os.environ["PROMETHEUS_MULTIPROC_DIR"]
        for path in Path(folder).glob("gauge_live*_*.db"):
            pid = int(path.stem.rpartition("_")[2])
            if not _is_alive(pid):
                mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]
        return super().collect()  # type: ignore[no-untyped-call, no-any-return]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def start_metrics(settings: Settings) -> None:
    """Serve the metrics of this server's processes, in a thread; log when the port is taken."""
    registry = CollectorRegistry()
    ServerProcesses(registry)  # type: ignore[no-untyped-call]
    registry.register(MailQueue(settings.database_url))
    port = int(settings.metrics_bind.rpartition(":")[2])
    try:
        start_http_server(port, parse_host(settings.metrics_bind), registry)
    except OSError:
        log.warning("metrics port taken: no metrics", setting="METRICS_BIND")
