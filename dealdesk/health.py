"""Judged by outcome: what is overdue, not which process runs."""

from datetime import datetime

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from base import clock
from ledger import health

LATE_SECONDS = 120  # eight sweeps


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        report = outcome(clock.now())
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "no answer"}, status=503)
    return JsonResponse(report, status=200 if report["ready"] else 503)


def outcome(now: datetime) -> dict[str, object]:
    late = seconds(health.oldest_due(now), now) or 0
    return {
        "ready": late <= LATE_SECONDS,
        "database": "ok",
        "oldest_due_effect_seconds": late,
        "last_sweep_seconds": seconds(health.last_sweep(), now),
        "parked_effects": health.parked(),
        "followers_standing_still": health.standing_still(),
    }


def seconds(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else int((now - since).total_seconds())
