"""/metrics for Prometheus: requests to all processes of this web server; what is due, from the database."""

import os
import secrets
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from base import clock
from dealdesk.health import seconds
from dealdesk.unnamed import unnamed
from ledger import health, load
from ledger.heartbeat import SILENT
from ledger.models import Heartbeat

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
ANSWERED = Counter("dealdesk_requests", "Requests answered.", ("page", "method", "status"))
TOOK = Histogram("dealdesk_request_seconds", "How long an answer took.", ("page",), buckets=BUCKETS)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class MetricsMiddleware:
    """Counts by the name of the page, never by its address. Pages without a name are not counted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        if not unnamed(request.path):
            page = request.resolver_match.view_name if request.resolver_match else "none"
            method = request.method if request.method in METHODS else "other"
            ANSWERED.labels(page, method, response.status_code).inc()
            TOOK.labels(page).observe(time.perf_counter() - began)
        return response


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 unless METRICS_TOKEN is set; then for whoever sends it as bearer token."""
    if not settings.METRICS_TOKEN:
        return HttpResponse("Not found\n", status=404)
    given = request.headers.get("Authorization", "").encode()
    if not secrets.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse("Unauthorized\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(Own())
    registry.register(Due())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Own(Collector):
    """Of this process alone, where there is only one."""

    def collect(self) -> Iterator[Metric]:
        yield from ANSWERED.collect()
        yield from TOOK.collect()


class Due(Collector):
    """What is due, asked of the database when asked for. Every web server says the same."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("dealdesk_database_up", "1: the database answers.")
        try:
            found = list(gauges())
        except DatabaseError:
            up.add_metric([], 0)
            found = []
        else:
            up.add_metric([], 1)
        yield from (up, *found)


def gauges() -> Iterator[GaugeMetricFamily]:
    now = clock.now()
    effects = GaugeMetricFamily(
        "dealdesk_effects", "Effects not done, by kind and state.", labels=["kind", "state"]
    )
    for kind in load.by_kind(now):
        for state in ("due", "later", "parked"):
            effects.add_metric([kind.name, state], getattr(kind, state))
    yield effects
    heard = GaugeMetricFamily("dealdesk_processes", "Processes heard in the last minute.", labels=["role"])
    for role in Heartbeat.Role.values:
        heard.add_metric([role], Heartbeat.objects.filter(role=role, at__gte=now - SILENT).count())
    yield heard
    ages = (
        ("dealdesk_oldest_due_effect_seconds", "Age of the oldest due effect.", health.oldest_due(now)),
        ("dealdesk_last_sweep_seconds", "Since the last sweep ended.", health.last_sweep()),
    )
    for name, words, since in ages:
        yield GaugeMetricFamily(name, words, value=seconds(since, now) or 0)
    done = load.done_by_minute(now)[-2][1]
    yield GaugeMetricFamily("dealdesk_effects_done_last_minute", "Done in the last whole minute.", value=done)
    yield GaugeMetricFamily("dealdesk_effects_failed", "Failed and tried again.", value=load.failed().count())
    still = health.standing_still()
    yield GaugeMetricFamily("dealdesk_followers_standing_still", "Readers of the record.", value=still)
