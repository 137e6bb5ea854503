"""A small port of the workers' for whoever watches: `/metrics` for Prometheus, `/health` for a load balancer.

All figures are read from the store when they are asked for, so they are the same on every host and survive every
restart; nothing is counted twice, because nothing is counted here.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from grader.errors import EngineError
from grader.queue import Queue
from grader.store import Store


class Figures(Collector):
    """The figures of an installation.

    Args:
        store: where they come from.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        jobs = GaugeMetricFamily("grader_jobs", "Jobs by lane and where they stand.", labels=["lane", "state"])
        oldest = GaugeMetricFamily("grader_oldest_seconds", "How long the oldest job has waited.", labels=["lane"])
        for lane in self._store.overview.lanes():
            for state in ("waiting", "running", "parked"):
                jobs.add_metric([lane.lane.value, state], getattr(lane, state))
            oldest.add_metric([lane.lane.value], lane.oldest_seconds)
        yield from (jobs, oldest)
        labels = ["lane", "ended"]
        done = CounterMetricFamily("grader_gradings", "Times that an attempt was taken up.", labels=labels)
        seconds = CounterMetricFamily("grader_grading_seconds", "Clock time of them.", labels=labels)
        cpu = CounterMetricFamily("grader_box_cpu_seconds", "Processor time of their boxes.", labels=labels)
        for cost in self._store.gradings.costs():
            for family, figure in ((done, cost.count), (seconds, cost.seconds), (cpu, cost.cpu_seconds)):
                family.add_metric([cost.lane.value, cost.ended], figure)
        yield from (done, seconds, cpu)
        refused = CounterMetricFamily("grader_refused_jobs", "Jobs in the queue that were none of ours.")
        refused.add_metric([], self._store.agreement.refusals())
        yield refused
        workers = GaugeMetricFamily("grader_workers", "Workers heard of in the last half minute.")
        workers.add_metric([], len(self._store.overview.hands(30.0)))
        yield workers


@contextmanager
def watched(address: tuple[str, int], store: Store, queue: Queue, alive: Callable[[], int]) -> Iterator[int]:
    """Answer at an address until the block ends; gives the port.

    Args:
        address: host and port; port 0 for any that is free.
        store: where figures come from.
        queue: whether it answers is part of the health.
        alive: returns how many workers of this machine are running.

    Raises:
        EngineError: somebody else has the port.
    """
    registry = CollectorRegistry()
    registry.register(Figures(store))

    class Handler(BaseHTTPRequestHandler):
        """Answers two paths."""

        def do_GET(self) -> None:
            """Answer."""
            if self.path == "/metrics":
                try:
                    self._answer(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(registry))
                except EngineError as error:  # no figures, rather than none of anything
                    self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", f"{error}\n".encode())
            elif self.path == "/health":
                health = _health(store, queue, alive())
                well = HTTPStatus.OK if health["well"] else HTTPStatus.SERVICE_UNAVAILABLE
                self._answer(well, "application/json", json.dumps(health).encode())
            else:
                self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"there are /metrics and /health\n")

        def log_message(self, *_arguments: object) -> None:
            """Say nothing: who asks every few seconds fills no log."""

        def _answer(self, status: HTTPStatus, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    try:
        server = ThreadingHTTPServer(address, Handler)
    except OSError as error:
        raise EngineError(
            f"cannot answer at {address[0]}:{address[1]}: {error.strerror}; choose another --port"
        ) from error
    thread = threading.Thread(target=server.serve_forever, name="watch", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _health(store: Store, queue: Queue, alive: int) -> dict[str, object]:
    health: dict[str, object] = {"workers": alive}
    for name, ask in (("store", store.lines.waiting), ("queue", queue.answer)):
        try:
            ask()
            health[name] = "answers"
        except EngineError as error:
            health[name] = str(error)
    health["well"] = bool(alive) and health["store"] == health["queue"] == "answers"
    return health
