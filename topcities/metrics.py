"""What Prometheus reads at /metrics: how things stand, from the database, and how requests went, from the processes.

Imported only where METRICS_TOKEN is set. Each web process counts its own requests in files of PROMETHEUS_MULTIPROC_DIR
(gunicorn.conf.py sets it), so that whichever of them is asked answers for all.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from agreements.seal.certificates import CertificateProblem, identity
from topcities import __version__
from topcities.figures import Figures

REQUESTS = Histogram(
    "topcities_request_seconds",
    "How long a request took, by the name of its address, method and status.",
    ["view", "method", "status"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
REFUSED = Counter(
    "topcities_refused",
    "Attempts refused: 'code' is one that was wrong, too late or asked for too often; else the status of the answer.",
    ["why"],
)
METHODS = {"GET", "HEAD", "POST"}
REFUSALS = {401, 403, 429}
# The pages on which a code is asked for and typed: each is drawn again where the attempt is refused, and left else.
CODES = {"account_request_login_code", "account_confirm_login_code"}


class RequestTimes:
    """Middleware: each request is counted once, when its answer is ready."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        view = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(view, method, response.status_code).observe(time.perf_counter() - began)
        if response.status_code in REFUSALS:
            REFUSED.labels(response.status_code).inc()
        elif view in CODES and method == "POST" and response.status_code == 200:
            REFUSED.labels("code").inc()
        return response


class FiguresNow(Collector):
    """How things stand at this moment, read from the database that all processes share."""

    def __init__(self, figures: Figures) -> None:
        self.figures, self.now = figures, figures.now

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("topcities_version", f"Version {__version__}.", value=1)
        yield from self._mail()
        yield from self._seals()
        if beat := self.figures.beats.get("worker"):
            says = "How long ago the worker gave its last sign of life."
            yield GaugeMetricFamily("topcities_worker_last_seen_seconds", says, value=self._age(beat.at))
        try:
            ends = identity(demo=False).certificate.not_valid_after_utc
        except (CertificateProblem, OSError):
            return  # an absent figure is what alerts are set on; `doctor` says why
        days = (ends - self.now).total_seconds() / 86400
        yield GaugeMetricFamily("topcities_certificate_days", "Days until the sealing certificate ends.", value=days)

    def _mail(self) -> Iterator[Metric]:
        mail = self.figures.work["mail"]
        yield GaugeMetricFamily("topcities_mail_waiting", "Mails that are due and have not left.", value=mail.waiting)
        says = "How long the oldest of them has been due."
        yield GaugeMetricFamily("topcities_mail_oldest_seconds", says, value=self._age(mail.oldest))
        yield GaugeMetricFamily("topcities_mail_given_up", "Mails that could not be delivered.", value=mail.failed)

    def _seals(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("topcities_seals_waiting", "What waits to be sealed.", labels=["of"])
        oldest = GaugeMetricFamily("topcities_seals_oldest_seconds", "How long the oldest waits.", labels=["of"])
        for of, kind in (("agreements", "seals"), ("reports", "reports")):
            work = self.figures.work[kind]
            waiting.add_metric([of], work.waiting)
            oldest.add_metric([of], self._age(work.oldest))
        yield from (waiting, oldest)

    def _age(self, since: datetime | None) -> float:
        return max(0.0, (self.now - since).total_seconds()) if since else 0.0


def as_text(now: datetime) -> bytes:
    """All figures, in the text format that Prometheus reads."""
    of_now = CollectorRegistry(auto_describe=False)
    of_now.register(FiguresNow(Figures(now)))
    counted = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return generate_latest(of_now) + generate_latest(counted)
